#!/bin/sh
# Says once that an instance lives. One unchanging cron line keeps it alive: the first call
# registers, and each further one renews, for as long as the next comes within the timeout.
#
#   * * * * * beat.sh http://127.0.0.1:5781 backup nightly 60
set -eu
web=${1:?WEB} service=${2:?SERVICE} instance=${3:?INSTANCE} interval=${4:-60}

exec curl --silent --show-error --fail-with-body --max-time 10 \
  ${PULSEWATCH_TOKEN:+--header "Authorization: Bearer $PULSEWATCH_TOKEN"} \
  --data '{"register":{
    "instance":{"service":"'"$service"'","instanceId":"'"$instance"'"},"interval":"'"$interval"'s"
  }}' "$web/v1/beat"
