#!/usr/bin/env bash
# Keeps one instance alive at a Pulsewatch server with nothing but grpcurl.
#
#   beat.sh SERVER SERVICE INSTANCE [INTERVAL-SECONDS] [TIMEOUT-SECONDS]
#
# TERM and Ctrl-C end the stream properly, and that is a goodbye: the instance is LEFT. After a cut
# it registers again with the same process_id, so the same incarnation goes on; between two streams
# it comes back for a second to say goodbye. Exit code 4: another process took the name, or the
# server refuses this one.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/access.sh"
server=${1:?SERVER} service=${2:?SERVICE} instance=${3:?INSTANCE} interval=${4:-2} timeout=${5:-}

process_id=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
register='{"register":{"instance":{"service":"'$service'","instanceId":"'$instance'"}'
register+=',"processId":"'$process_id'","interval":"'$interval's"'${timeout:+',"timeout":"'$timeout's"'}'}}'
folder=$(mktemp -d)
pipe=$folder/pipe registered=$folder/registered errors=$folder/errors
mkfifo -m 600 "$pipe"
trap 'rm -r "$folder"' EXIT
trap '' PIPE # a write to a grpcurl that is gone fails, and does not kill us
leaving=false said=false
replaced=Cg9TVFJFQU1fUkVQTEFD # an ErrorInfo with reason STREAM_REPLACED, as grpcurl shows its bytes
trap leaving=true TERM INT # grpcurl, in the background, does not get a Ctrl-C

# Prints the incarnation of each answer `registered`, and swallows the acks.
told() {
  sed -un 's/.*"incarnation": "\([0-9]*\)".*/REGISTERED incarnation=\1/p' | tee -a "$registered"
}

beat() {
  grpcurl "${options[@]}" "$@" -d @ "$server" pulsewatch.v1.HeartbeatService/Heartbeat
}

until $leaving; do
  beat < "$pipe" > >(told) 2> "$errors" &
  stream=$!
  exec {to}> "$pipe"
  echo "$register" >&$to
  # Sequence 0, the default, lets the server number the heartbeats.
  while ! $leaving && kill -0 "$stream" 2>/dev/null && echo '{"heartbeat":{}}' >&$to; do
    sleep "$interval" &
    wait -n "$!" "$stream" || true # whichever ends first; a signal ends it, too
  done 2>/dev/null
  exec {to}>&- # grpcurl half-closes the stream at the end of its input
  wait "$stream" && code=0 said=true || code=$? said=false
  cat "$errors" >&2
  if grep -q "$replaced" "$errors"; then code=0; fi # by a late register of ours: come back
  case $code in
    67 | 71 | 74 | 80) exit 4 ;; # INVALID_ARGUMENT, PERMISSION_DENIED, ABORTED, UNAUTHENTICATED
    0) ;;
    *) $leaving || sleep "0.$((RANDOM % 5))" ;;
  esac
done
$said || [[ ! -s $registered ]] || beat -max-time 1 <<< "$register" > /dev/null 2>&1 || true
