#!/usr/bin/env bash
# Records heartbeat traces of real gRPC streams on this machine, one folder for each scenario. Linux; the network scenarios need
# root and /dev/net/tun. Build first: make build, then tools/bench.sh once (or mvn -pl bench -am package).
#
#   bench/traces/record.sh DIR [SCENARIO...]     all of them without names; SECONDS_EACH=240 SENDERS=14 SEED=1 may be set
#
#   quiet    loopback, nothing else
#   cpu      senders share one processor with four busy loops, a third of the time
#   gc       senders live in a JVM whose collector walks a large heap every few seconds
#   stall    two network namespaces: 1 ms, everything held back for 50..400 ms about every 10 s
#   wan      two network namespaces: 40 ms, jitter 5 ms, 0.5 % of the packets lost
#   mobile   two network namespaces: 60 ms, jitter 15 ms, 2 % lost, dead for 0.3..3 s about every 40 s
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
out=$(realpath -m "$1")
shift
(($# > 0)) || set -- quiet cpu gc stall wan mobile
seconds=${SECONDS_EACH:-240} senders=${SENDERS:-14} seed=${SEED:-1} interval=100
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classpath=bench/target/classes:$(<bench/target/classpath)

children=() spaces=()
stop() {
  kill "${children[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  for space in "${spaces[@]}"; do ip netns del "$space" 2>/dev/null || true; done
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# wait_for FILE TEXT
wait_for() {
  for _ in {1..300}; do
    grep -q "$2" "$1" 2>/dev/null && return
    sleep 0.1
  done
  echo "no '$2' in $1" >&2
  exit 1
}

# Makes two namespaces with a link between them; sets near and far to commands that run inside.
network() {
  local a=pw$$a b=pw$$b
  ip netns add "$a"
  ip netns add "$b"
  spaces+=("$a" "$b")
  ip netns exec "$b" ip link set lo up
  mkfifo "$work/link.in"
  python3 bench/traces/lossy_link.py --seed "$seed" "$@" "$a" 10.99.0.1 "$b" 10.99.0.2 <"$work/link.in" >"$work/link.log" &
  children+=($!)
  exec 8>"$work/link.in"
  wait_for "$work/link.log" up
  near=(ip netns exec "$a") far=(ip netns exec "$b") host=10.99.0.2
}

# About a third of the time, four loops on the processor of the senders.
busy() {
  local end=$((SECONDS + seconds))
  while ((SECONDS < end)); do
    for _ in 1 2 3 4; do taskset -c 1 timeout 0.7 sh -c 'while :; do :; done' & done
    wait
    sleep 1.4
  done
}

record() {
  local scenario=$1 work flags=(-Xmx128m) nodes=0
  local near=() far=() host=127.0.0.1
  work=$(mktemp -d)
  children=() spaces=()
  local serve=5$((RANDOM % 9000 + 1000)) relay=4$((RANDOM % 9000 + 1000))
  case $scenario in
    quiet) ;;
    cpu) near=(taskset -c 1) ;;
    gc) nodes=4000000 flags=(-Xms384m -Xmx384m) ;;
    stall) network --delay-ms 1 --stall-every-s 10 --stall-ms 50 400 ;;
    wan) network --delay-ms 40 --jitter-ms 5 --loss 0.005 ;;
    mobile) network --delay-ms 60 --jitter-ms 15 --loss 0.02 --outage-every-s 40 --outage-ms 300 3000 ;;
    *) echo "no scenario $scenario" >&2; exit 2 ;;
  esac
  echo "$scenario: load average before $(cut -d' ' -f1-3 /proc/loadavg)"
  PULSEWATCH_JAVA_OPTS=-Xmx128m "${far[@]}" bin/pulsewatch serve --listen "127.0.0.1:$serve" >"$work/serve.log" 2>&1 &
  children+=($!)
  wait_for "$work/serve.log" listens
  PULSEWATCH_JAVA_OPTS=-Xmx128m "${far[@]}" bin/pulsewatch record --insecure --listen "$host:$relay" --server "127.0.0.1:$serve" \
    --out "$work/traces" >"$work/record.log" 2>&1 &
  local recorder=$!
  children+=($recorder)
  wait_for "$work/record.log" records
  if [[ $scenario == cpu ]]; then
    busy &
    children+=($!)
  fi
  "${near[@]}" "$java" "${flags[@]}" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dslf4j.internal.verbosity=WARN \
    -cp "$classpath" io.pulsewatch.bench.traces.TraceSenders \
    "$host:$relay" "$scenario" "$senders" "$interval" "$seconds" "$seed" "$nodes" >"$work/senders.log" 2>&1
  kill -TERM $recorder
  wait $recorder || true
  echo "$scenario: load average after $(cut -d' ' -f1-3 /proc/loadavg); $(tail -n 1 "$work/record.log")"
  pack "$work/traces" "$out/$scenario"
  exec 8>&- || true
  stop
  rm -rf "$work"
}

# Microseconds are enough, and times that begin at zero compress better.
pack() {
  mkdir -p "$2"
  local file
  for file in "$1"/*.csv; do
    awk -F, 'NR == 1 { print; next } NR == 2 { base = $2 }
      { printf "%s,%.0f,%.0f\n", $1, int(($2 - base) / 1000) * 1000, int(($3 - base) / 1000) * 1000 }' "$file" |
      gzip -9n >"$2/$(basename "$file").gz"
  done
}

for scenario in "$@"; do
  record "$scenario"
done
