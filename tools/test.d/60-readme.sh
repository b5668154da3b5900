#!/usr/bin/env bash
# Does what README.md says, and compares what comes with what it shows: tools/readme.py tells how. Wants the build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ -f cli/target/pulsewatch.jar ]] || { echo "no cli/target/pulsewatch.jar: run 'make build'" >&2; exit 1; }
tools/install-tools.sh python grpcurl
PYTHON=$PWD/.tools/venv/bin/python examples/python/generate.sh

exec .tools/venv/bin/python tools/readme.py
