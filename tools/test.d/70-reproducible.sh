#!/usr/bin/env bash
# Builds the sources once more, in another folder and at another time, and compares every jar and zip byte for byte
# with what this build made. A stale build in this folder differs, too: `make clean` tells the two apart.
# Static analysis has read these sources before; without it the compiler makes the same classes in half the time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

[[ -f cli/target/pulsewatch.jar ]] || { echo "no cli/target/pulsewatch.jar: run 'make build'" >&2; exit 1; }
here=$PWD
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT

# What git would commit, whether it is committed yet or not.
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
  [[ ! -e $file ]] || printf '%s\0' "$file"
done | tar --create --null --files-from=- | tar --extract --directory="$there"
began=$SECONDS
(cd "$there" && mvn -B -ntp -q -o package -Dmaven.test.skip=true -Dstatic.analysis=-Werror)
echo "built once more in $((SECONDS - began)) s"

passed=0 failed=0
while IFS= read -r file; do
  first=$(sha256sum < "$here/$file") second=$(sha256sum < "$there/$file")
  if [[ $first == "$second" ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "differs: $file" >&2
  fi
  echo "${second%% *}  $file"
done < <(cd "$there" && find . -path '*/target/*' \( -name '*.jar' -o -name '*.zip' \) ! -name 'original-*' | sort)
echo "$passed passed, $failed failed"
((passed > 0 && failed == 0))
