#!/usr/bin/env bash
# The web port of the built command, from outside: examples/curl with nothing but curl, and what /metrics says held
# against the rules of "promtool check metrics" (tools/promlint; promtool itself, too, where it is installed).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ -f cli/target/pulsewatch.jar ]] || { echo "no cli/target/pulsewatch.jar: run 'make build'" >&2; exit 1; }
tools/install-tools.sh curl promlint
export PATH=$PWD/.tools/bin:$PATH

dir=$(mktemp -d)
trap 'kill "${serve:-}" 2>/dev/null || true; rm -rf "$dir"' EXIT
: > "$dir/serve"
bin/pulsewatch serve --memory --listen 127.0.0.1:0 --web 127.0.0.1:0 > "$dir/serve" 2>&1 &
serve=$!
web=
for ((i = 0; i < 300; i++)); do
  web=$(sed -n 's|.*in a browser: \(http://[^ ]*\)/$|\1|p' "$dir/serve")
  [[ -z $web ]] || break
  kill -0 "$serve" 2>/dev/null || break
  sleep 0.1
done
[[ -n $web ]] || { echo "no web port:" >&2; cat "$dir/serve" >&2; exit 1; }

passed=0 failed=0
check() {
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "failed: $*" >&2; fi
}

# lint COMMAND..: what it says of the metrics, which it reads from standard input.
lint() {
  curl --silent --show-error --fail "$web/metrics" | "$@"
}

# seen TEXT: waits until the watch has it.
seen() {
  for ((i = 0; i < 100; i++)); do
    ! grep -q "$1" "$dir/events" || break
    sleep 0.1
  done
}

# The cron line works, and works again; so does the watch, which sees both.
cron_line() {
  examples/curl/watch.sh "$web" 'curl-*' > "$dir/events" &
  local watch=$! first second
  seen snapshot_end
  first=$(examples/curl/beat.sh "$web" curl-cron nightly 60)
  second=$(examples/curl/beat.sh "$web" curl-cron nightly 60)
  seen CAUSE_REGISTERED
  kill "$watch"
  wait "$watch" || true
  [[ $first == *'"registered"'* && $second == *'"resumed":true'* ]] && grep -q CAUSE_REGISTERED "$dir/events"
}

check examples/curl/tour.sh "$web"
check cron_line
check lint promlint
if command -v promtool > /dev/null; then
  check lint promtool check metrics
fi
echo "web: $passed passed, $failed failed"
((failed == 0))
