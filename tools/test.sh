#!/usr/bin/env bash
# The whole check, in named parts; every part that can run is run, and none is run twice.
#
#   tools/test.sh             all parts in order
#   tools/test.sh java jdk    these only
#
#   format    sources are formatted (make format repairs them)
#   protos    buf lint, and buf breaking against the last release tag
#   java      mvn verify: warnings and static analysis as errors, unit, simulation and integration tests
#   jdk       the same compiled tests on the other of JDK 17 and 25, but for those that need no second JDK
#   NN-name   each tools/test.d/NN-name.sh, after the build
#
# A part that cannot run here (exit code 77) is left out and named loudly; with CI=true that is a failure.
# A script in tools/test.d ends with a line like "12 passed, 0 failed, 0 skipped", which is added up.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH=$PWD/.tools/bin:$PATH
maven=(mvn -B -ntp)
logs=target/test-logs
release_tags='v[0-9]*'
failure_lines=16

part_format() {
  "${maven[@]}" -q spotless:check
}

part_protos() {
  tools/install-tools.sh buf || return
  buf lint || return
  local tag
  if tag=$(git describe --tags --abbrev=0 --match "$release_tags" 2>/dev/null); then
    echo "comparing with $tag"
    buf breaking --against ".git#tag=$tag" || return
  else
    echo "no release tag yet: nothing to compare with"
  fi
}

part_java() {
  "${maven[@]}" verify
}

# The feature version of a JDK, from the file that every JDK carries.
feature() {
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

part_jdk() {
  local now wanted home
  now=$("${JAVA_HOME:+$JAVA_HOME/bin/}java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java.specification.version = //p')
  if [[ $now == 25 ]]; then wanted=17; else wanted=25; fi
  for home in "${OTHER_JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [[ -x $home/bin/java && $(feature "$home") == "$wanted" ]]; then
      echo "JDK $wanted in $home"
      # What is simulated does not depend on the JDK: a tenth of it shows that it runs. So does one kill of three.
      "${maven[@]}" verify -Djvm="$home/bin/java" -Denforcer.skip -Dassembly.skipAssembly -Dshade.skip \
        -Dtests.left.out=once -Dpulsewatch.sim.hours=100 -Dpulsewatch.kills=1
      return
    fi
  done
  echo "no JDK $wanted: install one below /usr/lib/jvm, or name its home in OTHER_JAVA_HOME" >&2
  return 77
}

names=() results=() times=() omitted=() failed_logs=()
passed=0 failed=0 skipped=0
broken=false built=unknown

# Adds up the tests that a log tells of: Surefire's and Failsafe's totals, and plain closing lines.
count_tests() {
  awk '
    /Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$/ {
      gsub(/[^0-9 ]/, ""); split($0, n, " ")
      p += n[1] - n[2] - n[3] - n[4]; f += n[2] + n[3]; s += n[4]
    }
    /^([a-z-]+: )?[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
      gsub(/[^0-9 ]/, ""); split($0, n, " ")
      p += n[1]; f += n[2]; s += n[3]
    }
    END { print p + 0, f + 0, s + 0 }' "$1"
}

# The tests that a log calls failed, each with the first lines of what it said.
failures() {
  awk '
    /^\[ERROR\] .* <<< (FAILURE|ERROR)!$/ && !/Tests run:/ { sub(/^\[ERROR\] /, ""); print "  " $0; left = 3; next }
    left > 0 { print "    " substr($0, 1, 400); left-- }' "$1"
}

# run_part NAME COMMAND...
run_part() {
  local name=$1 log=$logs/$1.log code=0 began=$SECONDS p f s
  shift
  echo
  echo "==== $name"
  mkdir -p "$logs"
  "$@" 2>&1 | tee "$log" || code=${PIPESTATUS[0]}
  read -r p f s < <(count_tests "$log")
  ((passed += p, failed += f, skipped += s)) || true
  if [[ $code == 0 && $name =~ ^(java|jdk)$ ]] && ((p == 0)); then
    echo "no test was executed" >&2
    code=1
  fi
  if [[ $code == 77 && ${CI:-} != true ]]; then
    omitted+=("$name: $(tail -n 1 "$log")")
    result "$name" "LEFT OUT" $((SECONDS - began))
  elif [[ $code == 0 ]]; then
    result "$name" passed $((SECONDS - began))
  else
    broken=true
    failed_logs+=("$log")
    result "$name" "FAILED ($code)" $((SECONDS - began))
  fi
  [[ $name != java ]] || built=$([[ $code == 0 ]] && echo yes || echo no)
}

# result NAME WORD SECONDS
result() {
  names+=("$1") results+=("$2") times+=("$3")
}

report() {
  local i
  echo
  echo "==== parts"
  for i in "${!names[@]}"; do
    printf '%-24s %-12s %5d s\n' "${names[i]}" "${results[i]}" "${times[i]}"
  done
  printf '%-24s %-12s %5d s\n' total '' "$SECONDS"
  for i in "${omitted[@]+"${omitted[@]}"}"; do
    echo "!!!! LEFT OUT: $i"
  done
  echo "tests: $passed passed, $failed failed, $skipped skipped"
  # Last, where it is seen even if only the end of the output is kept.
  for i in "${failed_logs[@]+"${failed_logs[@]}"}"; do
    failures "$i" | head -n "$failure_lines"
  done
}

# What the arguments ask for; without any, everything.
wanted() {
  local argument
  (($# > 1)) || return 0
  for argument in "${@:2}"; do
    [[ $argument != "$1" ]] || return 0
  done
  return 1
}

shopt -s nullglob
parts=(format protos java jdk)
for script in tools/test.d/[0-9][0-9]-*.sh; do
  script=${script##*/}
  parts+=("${script%.sh}")
done
for argument in "$@"; do
  [[ " ${parts[*]} " == *" $argument "* ]] || { echo "test: no part $argument (parts: ${parts[*]})" >&2; exit 2; }
done

for part in "${parts[@]}"; do
  wanted "$part" "$@" || continue
  case $part in
    format | protos | java) run_part "$part" "part_$part" ;;
    *)
      if [[ $built == no ]]; then
        result "$part" "not run" 0
      elif [[ $part == jdk ]]; then
        run_part jdk part_jdk
      else
        run_part "$part" bash "tools/test.d/$part.sh"
      fi
      ;;
  esac
done

report
[[ $broken == false ]]
