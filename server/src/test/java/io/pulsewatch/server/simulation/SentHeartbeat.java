package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Released;
import io.pulsewatch.server.liveness.Status;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One heartbeat on its way.
 *
 * @param sentNanos by the client's clock
 * @param status what it reports; null: nothing
 * @param holdNanos the pause that it announces; 0: none
 * @param work its counters
 * @param released roles that it gives up; null: none
 */
record SentHeartbeat(
    long sequence,
    long sentNanos,
    @Nullable Status status,
    long holdNanos,
    List<Worker.Report> work,
    @Nullable Released released) {

  Map<String, Long> counters() {
    return work.stream()
        .collect(Collectors.toMap(one -> one.rule().counter(), Worker.Report::value));
  }
}
