#!/usr/bin/env bash
# Makes a class data archive beside the jar, with which the commands of bin/pulsewatch start in about two thirds of the
# time (but for a server with ZGC): cli/target/pulsewatch-<feature>.jsa, for the Java that is used now. It takes about ten seconds. Without it everything
# works the same, so a Java that cannot make one is told of and is no failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

jar=$(pwd -P)/cli/target/pulsewatch.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
patience_tenths=200
[[ -f $jar ]] || { echo "archive: no $jar: run 'make build'" >&2; exit 1; }

scratch=$(mktemp -d)
server=
cleanup() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT
export XDG_DATA_HOME=$scratch XDG_CONFIG_HOME=$scratch
unset PULSEWATCH_SERVER PULSEWATCH_TOKEN

give_up() {
  echo "archive: $*; commands start without one" >&2
  exit 0
}

# trace NAME ARGUMENT...: becomes a command that notes the classes that it loads, so that a signal reaches it.
trace() {
  exec "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:DumpLoadedClassList="$scratch/$1.lst" -jar "$jar" "${@:2}"
}

feature=$("$java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
archive=cli/target/pulsewatch-$feature.jsa

trace serve serve --memory --listen 127.0.0.1:0 --web 127.0.0.1:0 > "$scratch/serve.out" 2>&1 &
server=$!
address=
for ((i = 0; i < patience_tenths && ${#address} == 0; i++)); do
  sleep 0.1
  kill -0 "$server" 2>/dev/null || break
  address=$(sed -n 's/^pulsewatch listens on \([^ ]*\) .*/\1/p' "$scratch/serve.out")
done
[[ -n $address ]] || give_up "the server did not start: $(tail -n 1 "$scratch/serve.out")"
{
  (trace beat beat --server "$address" --service archive --id a -- true)
  (trace list list --server "$address")
} > "$scratch/commands.out" 2>&1 || give_up "$(tail -n 1 "$scratch/commands.out")"
kill "$server"
wait "$server" || true
server=

# Numbers of classes differ from one run to the next, and only foreign class loaders need them.
sed -e '/^#/d' -e 's/ id:.*//' "$scratch"/*.lst | sort -u > "$scratch/classes"
"$java" -Xshare:dump -XX:SharedClassListFile="$scratch/classes" -XX:SharedArchiveFile="$scratch/archive" -cp "$jar" \
  > "$scratch/dump.out" 2>&1 || give_up "$(tail -n 1 "$scratch/dump.out")"
mv "$scratch/archive" "$archive"
echo "archive: $archive, $(wc -l < "$scratch/classes") classes"
