#!/usr/bin/env bash
# Generates the Go stubs into gen/. Needs protoc-gen-go and protoc-gen-go-grpc on the PATH, and
# protoc as PROTOC; the one in Python's grpcio-tools will do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
proto=../../proto/src/main/proto
to=pulsewatch.io/examples/go
options=module=$to
for file in types heartbeat watch; do
  options+=",Mpulsewatch/v1/$file.proto=$to/gen/pulsewatchv1"
done
rm -rf gen
# Unquoted: PROTOC may be a command with arguments.
${PROTOC:-../python/.venv/bin/python -m grpc_tools.protoc} -I "$proto" \
  --go_out=. --go_opt="$options" --go-grpc_out=. --go-grpc_opt="$options" \
  "$proto"/pulsewatch/v1/{types,heartbeat,watch}.proto
