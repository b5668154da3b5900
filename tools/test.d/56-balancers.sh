#!/usr/bin/env bash
# nginx and HAProxy as they are, kept right by `pulsewatch render`: examples/harness/balancers.py tells how. Wants the build.
# Where one of them is missing the part is left out, and with CI=true Debian's packages are installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ -f cli/target/pulsewatch.jar ]] || { echo "no cli/target/pulsewatch.jar: run 'make build'" >&2; exit 1; }
tools/install-tools.sh nginx haproxy python3
exec python3 examples/harness/balancers.py
