#!/usr/bin/env bash
# Installs what pools.py needs, and runs it. A proxy that cannot be had is left out loudly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

proxies=()
for name in envoy haproxy; do
  if tools/install-tools.sh "$name"; then
    proxies+=("--$name" "$(PATH=$PWD/.tools/bin:$PATH:/usr/sbin command -v "$name")")
  else
    echo "!!!! LEFT OUT: $name" >&2
  fi
done
languages=$(examples/harness/prepare.sh)
exec .tools/venv/bin/python examples/harness/pools.py --languages "$languages" "${proxies[@]}" "$@"
