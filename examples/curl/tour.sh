#!/bin/sh
# Registers, beats, watches, leaves and reads what happened, with curl alone, and checks each
# answer. Ends with a line that says how many were as they should be.
#
#   tour.sh http://127.0.0.1:5781
set -eu
web=${1:?WEB} service=tour-$$ passed=0 failed=0
dir=$(mktemp -d)
trap 'kill "${watch:-}" 2> "$dir/none" || true; rm -rf "$dir"' EXIT

ask() {
  curl --silent --show-error --max-time 20 \
    ${PULSEWATCH_TOKEN:+--header "Authorization: Bearer $PULSEWATCH_TOKEN"} "$@"
}

# has WHAT TEXT IN
has() {
  case $3 in
    *"$2"*) passed=$((passed + 1)) ;;
    *) failed=$((failed + 1)); printf 'tour: %s: no %s in: %s\n' "$1" "$2" "$3" >&2 ;;
  esac
}

# told TEXT: waits until the watch has it.
told() {
  tries=0
  while ! grep -q -e "$1" "$dir/events"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || break
    sleep 0.1
  done
  has 'the watch' "$1" "$(cat "$dir/events")"
}

has 'GET /' '/v1/watch' "$(ask "$web/")"
has 'GET /readyz' 'ok' "$(ask "$web/readyz")"
has 'GET /metrics' 'pulsewatch_instances{state="ALIVE"}' "$(ask "$web/metrics")"

: > "$dir/events"
ask --no-buffer --max-time 60 "$web/v1/watch?service=$service" > "$dir/events" &
watch=$!
told 'event: snapshot_end'

name='{"service":"'$service'","instanceId":"a"}'
answer=$(ask --data '{"register":{"instance":'"$name"',"interval":"60s","labels":{"by":"curl"}}}' "$web/v1/beat")
has 'register' '"incarnation":"' "$answer"
token=$(printf '%s' "$answer" | sed 's/.*"sessionToken":"\([^"]*\)".*/\1/')
told 'CAUSE_REGISTERED'

answer=$(ask --data '{"sessionToken":"'"$token"'","heartbeat":{"status":"STATUS_DEGRADED"}}' "$web/v1/beat")
has 'beat' '"ack":{"sequence":"2"' "$answer"
told 'CAUSE_REPORTED'
last=$(sed -n 's/^id: //p' "$dir/events" | tail -n 1)

has 'services' '"counts":{"ALIVE":"1"}' "$(ask "$web/v1/services?service=$service")"
has 'instances' '"by":"curl"' "$(ask --get --data-urlencode 'selector=by=curl' "$web/v1/instances?service=$service")"
has 'one instance' '"status": "STATUS_DEGRADED"' "$(ask "$web/v1/instances/$service/a?pretty")"
has 'nobody' '"reason":"UNKNOWN_INSTANCE"' "$(ask "$web/v1/instances/$service/b")"
has 'a question with a mistake' '"reason":"UNKNOWN_PARAMETER"' "$(ask "$web/v1/instances?colour=red")"

kill "$watch"
wait "$watch" 2> "$dir/none" || true
answer=$(ask --data '{"sessionToken":"'"$token"'","leave":{"reason":"tour over"}}' "$web/v1/beat")
has 'leave' 'STATE_LEFT' "$answer"

: > "$dir/events"
ask --no-buffer --max-time 60 --header "Last-Event-ID: $last" "$web/v1/watch?service=$service" > "$dir/events" &
watch=$!
told 'CAUSE_LEAVE'
case $(cat "$dir/events") in
  *CAUSE_REPORTED* | *snapshot_begin*) failed=$((failed + 1)); echo 'tour: told twice' >&2 ;;
  *) passed=$((passed + 1)) ;;
esac

answer=$(ask "$web/v1/changes?service=$service")
for cause in REGISTERED REPORTED LEAVE; do
  has 'changes' "CAUSE_$cause" "$answer"
done
echo "tour: $passed passed, $failed failed"
[ "$failed" = 0 ]
