#!/bin/sh
# A primary and a standby: two processes that do the same work, one at a time.
#
#   pair.sh SERVER FILE
#
# Then kill one of them, or say `pulsewatch roles hand-over writer`, and look at FILE.
set -eu
server=$1 file=$2
here=$(cd "$(dirname "$0")" && pwd)
beat=${PULSEWATCH:-$here/../../bin/pulsewatch}
for name in a b; do
  "$beat" beat --server "$server" --service failover --id "$name" --interval 500ms --timeout 2s \
    --resume-window 1500ms --role writer -- "$here/work.sh" "$file" "$name" &
done
trap 'trap "" TERM; kill -s TERM 0' TERM INT
wait
wait
