#!/usr/bin/env bash
# Installs and builds what the examples need, and prints the languages that can run here, with commas:
# python, and those of go, shell, node, java whose toolchain is there. All else goes to stderr.
# With CI=true none may be missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

python=$PWD/.tools/venv/bin/python
languages=python

# omit LANGUAGE REASON
omit() {
  echo "!!!! LEFT OUT: the $1 example: $2" >&2
  [[ ${CI:-} != true ]] || exit 1
}

# tools NAME...: false if this machine cannot have them.
tools() {
  local code=0
  tools/install-tools.sh "$@" >&2 || code=$?
  [[ $code == 0 || $code == 77 ]] || exit "$code"
  return "$code"
}

prepare_go() {
  PATH=$PWD/.tools/bin:$PATH PROTOC="$python -m grpc_tools.protoc" examples/go/generate.sh
  (cd examples/go && go vet ./... && go build -o bin/ ./sender ./watcher ./balanced)
}

tools python || exit
PYTHON=$python examples/python/generate.sh

if tools grpcurl go-plugins && command -v go >/dev/null; then
  prepare_go >&2
  languages+=,go,shell
else
  omit go "no Go that is new enough"
  omit shell "no Go that is new enough to build grpcurl with"
fi
if tools node && command -v node >/dev/null; then languages+=,node; else omit node "no Node.js with npm"; fi
if [[ -d examples/target/classes/io ]]; then languages+=,java; else omit java "examples/ is not built"; fi
echo "$languages"
