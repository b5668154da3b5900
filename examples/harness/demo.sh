#!/usr/bin/env bash
# Runs demo.py with the languages that this machine has.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

languages=$(examples/harness/prepare.sh)
exec .tools/venv/bin/python examples/harness/demo.py --languages "${languages/,shell/}" "$@"
