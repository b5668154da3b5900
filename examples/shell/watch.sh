#!/usr/bin/env bash
# Prints who is alive, and every change of it, with nothing but bash and grpcurl.
#
#   watch.sh SERVER [SERVICE-OR-GLOB ..]
#
# After a cut it goes on by resume token, so it misses nothing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/access.sh"
server=${1:?SERVER} services='' token='' newer='' depth=0
shift
for glob in "$@"; do
  services+="${services:+,}\"$glob\""
done
declare -A field path
trap 'exit 0' TERM INT
trap 'kill "${stream:-}" 2>/dev/null || true' EXIT

# Takes one line of grpcurl's JSON: a field, or the beginning or end of an object or list.
on_line() {
  [[ $1 =~ ^\ *(\"([A-Za-z_]+)\":\ *)?(.*[^,]),?$ ]] || return 0
  local key=${BASH_REMATCH[2]//_/} value=${BASH_REMATCH[3]}
  key=${key,,}
  case $value in
    '{' | '[')
      path[$((++depth))]=$key
      if ((depth == 1 || depth == 4)); then field=(); fi # a message; an instance or a change
      ;;
    '}' | ']')
      on_end
      depth=$((depth - 1))
      ;;
    *)
      value=${value#\"} value=${value%\"}
      field[${path[$depth]}.$key]=${value#*STATE_}
      if [[ $depth.$key == 1.resumetoken ]]; then newer=$value; fi
      ;;
  esac
}

on_end() {
  local state=${field[.state]:-} cause=${field[.cause]:-} before=${field[previous.state]:-}
  case $depth.${path[$depth]}.${path[3]:-} in
    2.snapshotbegin.*) echo "SNAPSHOT ${field[snapshotbegin.reason]#SNAPSHOT_REASON_}" ;;
    4..instances)
      echo "= ${field[.service]}/${field[.instanceid]} $state incarnation=${field[.incarnation]}"
      ;;
    4..changes)
      echo "${field[.revision]} ${field[instance.service]}/${field[instance.instanceid]}" \
        "${before:--}->${field[instance.state]} ${cause#CAUSE_}" \
        "silence=${field[evidence.silence]:-0s} incarnation=${field[instance.incarnation]}"
      ;;
    1.*) token=$newer ;; # all of the message was told
  esac
}

while true; do
  request="{\"services\":[$services],\"resumeToken\":\"$token\"}"
  exec {from}< <(exec grpcurl "${options[@]}" -d "$request" "$server" pulsewatch.v1.WatchService/Watch)
  stream=$! depth=0
  while IFS= read -r line <&$from; do
    on_line "$line"
  done
  exec {from}<&-
  sleep "0.$((RANDOM % 10))"
done
