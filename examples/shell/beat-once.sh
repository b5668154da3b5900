#!/usr/bin/env bash
# Says once that an instance lives. One unchanging cron line keeps it alive: the first call
# registers, and each further one renews, for as long as the next comes within the timeout.
#
#   * * * * * beat-once.sh 127.0.0.1:5780 backup nightly 60
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/access.sh"
server=${1:?SERVER} service=${2:?SERVICE} instance=${3:?INSTANCE} interval=${4:-60}

exec grpcurl "${options[@]}" -max-time 10 -d '{"register":{
  "instance":{"service":"'"$service"'","instanceId":"'"$instance"'"},"interval":"'"$interval"'s"
}}' "$server" pulsewatch.v1.HeartbeatService/Beat
