#!/bin/sh
# A resource that checks fencing tokens: appends a line to a file, unless somebody with a greater
# token was here before. Whoever is refused is told so, and kept in FILE.refused.
#
#   store.sh FILE TOKEN LINE
set -eu
file=$1 token=$2 line=$3
exec 9>> "$file.lock"
flock 9
greatest=0
[ ! -s "$file.token" ] || read -r greatest < "$file.token"
if [ "$token" -lt "$greatest" ]; then
  echo "$token $line" >> "$file.refused"
  echo "store: token $token is older than $greatest" >&2
  exit 1
fi
echo "$token" > "$file.token"
echo "$token $line" >> "$file"
