#!/usr/bin/env bash
# How bin/pulsewatch starts a JVM: from a class data archive where there is one that fits, and with the collector that
# suits the Java, unless somebody chose another one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

jar=cli/target/pulsewatch.jar
[[ -f $jar ]] || { echo "no $jar: run 'make build'" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

# check NAME COMMAND...: counts whether it succeeds.
check() {
  if "${@:2}"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $1" >&2
  fi
}

# shared OPTION...: how many classes come from an archive beside those of Java's own.
shared() {
  PULSEWATCH_JAVA_OPTS="-Xlog:class+load $*" bin/pulsewatch version |
    grep -c '^.* io\.pulsewatch\.[^ ]* source: shared objects file' || true
}
uses_archive() { (($(shared) > 10)); }
uses_none() { (($(shared) == 0)); }
is_silent() { [[ $(bin/pulsewatch version 2>&1 | wc -l) == 1 ]]; }

none_left() { ! pgrep -f "XX:DumpLoadedClassList=.*$PWD/$jar serve" > /dev/null; }

# Java's own classes come from an archive, with every collector.
server_shares() {
  (($(PULSEWATCH_JAVA_OPTS=-Xlog:class+load bin/pulsewatch serve --help | grep -c 'source: shared objects file') > 100))
}

# has FLAG: whether a server's JVM would run with it.
has() {
  PULSEWATCH_JAVA_OPTS="${*:2} -XX:+PrintFlagsFinal" bin/pulsewatch serve --help | grep -Eq " $1 "
}

tools/archive.sh
check "making it leaves no server behind" none_left
check "the archive is used" uses_archive
touch -r "$jar" "$scratch/made"
touch "$jar"
check "an archive that is older than the jar is not used" uses_none
check "and nobody hears of it" is_silent
touch -r "$scratch/made" "$jar"
archive=cli/target/pulsewatch-$(bin/pulsewatch version | sed 's/.*(Java \([0-9]*\).*/\1/').jsa
mv "$archive" "$scratch/moved"
check "without an archive it works" is_silent
head -c 4096 "$scratch/moved" > "$archive"
check "nor does a torn one hurt" is_silent
mv -f "$scratch/moved" "$archive"

for home in "${JAVA_HOME:-}" "${OTHER_JAVA_HOME:-}" /usr/lib/jvm/*; do
  [[ -x $home/bin/java && -r $home/release ]] || continue
  feature=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  [[ ${feature:-0} -ge 17 && ! -e $scratch/$feature ]] || continue
  touch "$scratch/$feature"
  export JAVA_HOME=$home
  if ((feature >= 23)); then
    check "Java $feature has ZGC" has 'UseZGC += true'
  else
    check "Java $feature is asked for short pauses" has 'MaxGCPauseMillis += 20'
  fi
  check "Java $feature has the collector that was chosen" has 'UseParallelGC += true' -XX:+UseParallelGC
  check "Java $feature starts a server from an archive" server_shares
done
echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
