#!/usr/bin/env bash
# The examples in Python, Go, Node, Java and shell against one server: examples/harness/run.py tells how. The webhook receiver
# against its own: examples/harness/hooks.py.
# Wants the build. A language whose toolchain is missing is left out loudly; with CI=true that fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ -f cli/target/pulsewatch.jar ]] || { echo "no cli/target/pulsewatch.jar: run 'make build'" >&2; exit 1; }
languages=$(examples/harness/prepare.sh)

programs=(examples/hooks/receiver.py examples/python/{sender,watcher,access,backend,balanced}.py
  examples/java/src/main/java/io/pulsewatch/examples/*.java examples/node/{sender,watcher,access,balanced}.mjs
  examples/go/{sender/main,watcher/main,balanced/main,access/access}.go examples/shell/*.sh)
too_long=$(wc -l "${programs[@]}" | awk '$1 > 200 && $2 != "total" { print $2 }')
[[ -z $too_long ]] || { echo "longer than 200 lines: $too_long" >&2; exit 1; }

.tools/venv/bin/python examples/harness/hooks.py
.tools/venv/bin/python examples/harness/secure.py --languages "$languages"
.tools/venv/bin/python examples/harness/pool.py --languages "$languages"
exec .tools/venv/bin/python examples/harness/run.py --languages "$languages"
