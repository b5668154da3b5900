#!/bin/sh
# The work of the one that is primary: writes a line now and then, each with its fencing token.
# Run it by `pulsewatch beat --role ..`, which says the token, and stops this when the role is lost.
#
#   work.sh FILE NAME
set -eu
file=$1 name=$2
here=$(dirname "$0")
while :; do
  # Refused: somebody else is primary, and we were stopped for too long to know.
  "$here/store.sh" "$file" "$PULSEWATCH_ROLE_TOKEN" "$name $$ $(date +%s%N)" || exit 75
  sleep 0.02
done
