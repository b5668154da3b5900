#!/usr/bin/env bash
# Measures Pulsewatch beside a no-op gRPC server, prints a table, writes bench/results/latest.json. Linux only.
#
#   tools/bench.sh                      everything, in less than five minutes
#   tools/bench.sh heartbeats memory    these parts only (heartbeats, kernel, memory, verdicts; detectors, pauses, rotation)
#   tools/bench.sh deaths fleet         scale, by name: deaths, fleet, million, most, fanout, stopped, reconnect, etcd, growth, overload, xds
#   BENCH_CONTROL=1 ..                  the no-op server beside itself: what the method makes of equals
#   BENCH_PAIRS_PER_LAUNCH=10 ..        more of something: docs/BENCHMARKS.md lists the numbers that can be set
#   BENCH_RESULTS=FILE ..               where to write; what is not the whole goes to bench/target/ otherwise
#
# Parts that the file has from earlier runs on this machine stay in it. A part that fails or takes too long says so
# and the others go on; the exit code is 1 then.
#
# Everything that is started is stopped again, also when this is interrupted.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
classes=bench/target/classes
classpath=bench/target/classpath
whole=bench/results/latest.json
(($# == 0)) && [[ -z ${BENCH_CONTROL:-} ]] || whole=bench/target/part.json
results=${BENCH_RESULTS:-$whole}

[[ $(uname -s) == Linux ]] || { echo "bench: needs Linux: it reads /proc and compares clocks of processes" >&2; exit 2; }

# What runs has a process group of its own, so that one signal reaches whatever is left of it, stopped processes too.
set -m
child=
stop() {
  [[ -n $child ]] || return 0
  kill -TERM "$child" 2>/dev/null || true
  wait "$child" 2>/dev/null || true
  kill -KILL -- "-$child" 2>/dev/null || true
}
trap stop EXIT
trap 'exit 130' INT TERM HUP
run() {
  "$@" </dev/null &
  child=$!
  wait "$child"
}

# Built when a source is newer than the last build.
built=bench/target/built
if [[ ! -f $built || ! -f $classpath ]] ||
  [[ -n $(find pom.xml {proto,server,client,xds,cli,bench}/pom.xml {proto,server,client,xds,cli,bench}/src/main \
    -type f -newer "$built" -print -quit) ]]; then
  echo "building"
  run mvn -B -ntp -q -pl bench -am package -Dmaven.test.skip=true -Dshade.skip
  touch "$built"
fi

# The peer of two parts; without it their rows about it say so.
[[ " $* " != *" deaths "* && " $* " != *" etcd "* ]] || tools/install-tools.sh etcd ||
  echo "bench: no etcd to compare with" >&2

BENCH_COMMIT=$(git describe --always --dirty 2>/dev/null || echo unknown)
export BENCH_COMMIT

rm -rf bench/target/run bench/target/data # logs and ledgers of the last time
run "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  -Dslf4j.provider=org.slf4j.jul.JULServiceProvider -Dslf4j.internal.verbosity=WARN \
  -cp "$classes:$(<"$classpath")" io.pulsewatch.bench.Bench bench/target/run "$results" "$@"
