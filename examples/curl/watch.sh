#!/bin/sh
# Prints every event as it comes. After a cut it goes on from the last event that it saw, so it
# misses nothing. Where the server refuses it, it says why and ends.
#
#   watch.sh http://127.0.0.1:5781 'ord*'
set -eu
web=${1:?WEB} glob=${2:-*} last=''
dir=$(mktemp -d)
trap 'kill "${curl:-}" 2> "$dir/none"; rm -rf "$dir"' EXIT
trap 'exit 0' INT TERM
mkfifo "$dir/events"

while :; do
  curl --silent --no-buffer --fail-with-body --get --data-urlencode "service=$glob" \
    ${PULSEWATCH_TOKEN:+--header "Authorization: Bearer $PULSEWATCH_TOKEN"} \
    ${last:+--header "Last-Event-ID: $last"} "$web/v1/watch" > "$dir/events" &
  curl=$!
  while IFS= read -r line; do
    case $line in 'id: '*) last=${line#id: } ;; esac
    printf '%s\n' "$line"
  done < "$dir/events"
  code=0
  wait "$curl" || code=$?
  [ "$code" != 22 ] || exit 4
  sleep 1
done
