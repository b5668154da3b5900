#!/usr/bin/env bash
# Generates the Python stubs into pulsewatch/, with the interpreter given in PYTHON.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
proto=../../proto/src/main/proto
rm -rf pulsewatch
"${PYTHON:-.venv/bin/python}" -m grpc_tools.protoc -I "$proto" --python_out=. --grpc_python_out=. \
  "$proto"/pulsewatch/v1/{types,heartbeat,watch}.proto
