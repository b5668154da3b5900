#!/usr/bin/env bash
# Makes docs/DETECTION.md and docs/img/detection-*.svg from seeds and from the recordings in bench/traces; in about three minutes.
# The same sources give the same bytes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
mvn -B -ntp -q -pl bench -am package -Dmaven.test.skip=true -Dshade.skip
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx1500m -XX:+UseParallelGC --enable-native-access=ALL-UNNAMED \
  -cp "bench/target/classes:$(<bench/target/classpath)" io.pulsewatch.bench.quality.DetectionReport .
