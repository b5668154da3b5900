package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.TimeoutCost;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.LatenessBucket;
import io.pulsewatch.v1.TimeoutAdvice;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The answer of ExplainInstance: what happened, how late it beats, what timeouts cost. */
final class Explanation {
  private static final String ABSENT =
      "Its detector keeps no distribution, as only tail does, or has seen no gap between two"
          + " heartbeats.";

  private final Faces faces;

  Explanation(Faces faces) {
    this.faces = faces;
  }

  /**
   * Explains.
   *
   * @param recent its changes, oldest first
   * @param lateness of its newest stream; may be empty
   */
  ExplainInstanceResponse of(
      Entry entry, List<Change> recent, List<Detector.LatenessCount> lateness) {
    Moment now = faces.now();
    ExplainInstanceResponse.Builder answer =
        ExplainInstanceResponse.newBuilder().setInstance(faces.instance(entry, now));
    recent.forEach(change -> answer.addChanges(faces.change(change, false, now)));
    if (lateness.isEmpty()) {
      return answer.setLatenessAbsent(ABSENT).build();
    }
    lateness.forEach(row -> answer.addLateness(bucket(row)));
    Times times = entry.vitals().told(entry.times()); // by these it beats, if it obeys
    TimeoutCost.around(
            lateness,
            ended(entry, recent, now),
            times.intervalNanos(),
            times.timeoutNanos(),
            Times.MAX_TIMEOUT)
        .forEach(cost -> answer.addAdvice(advice(cost)));
    return answer.build();
  }

  /**
   * Silences of this incarnation that were doubted, ended and are not among its latenesses, as far
   * as changes are kept.
   */
  private static TimeoutCost.Ended ended(Entry entry, List<Change> recent, Moment now) {
    List<Change> own =
        recent.stream()
            .filter(change -> change.after().incarnation() == entry.incarnation())
            .toList();
    if (own.isEmpty()) {
      return new TimeoutCost.Ended(List.of(), 0);
    }
    List<Long> silences =
        own.stream()
            .filter(change -> change.cause() == Cause.RECOVERED || change.cause() == Cause.RESUMED)
            .map(Change::evidence)
            .filter(evidence -> !isCounted(evidence, entry.vitals().isByBeat()))
            .map(Evidence::silenceNanos)
            .toList();
    long knownMillis = now.wallMillis() - own.get(0).atMillis();
    long heardNanos = now.nanos() - entry.vitals().arrivalNanos();
    return new TimeoutCost.Ended(silences, TimeUnit.MILLISECONDS.toNanos(knownMillis) - heardNanos);
  }

  /**
   * True where the next heartbeat ended the silence and no pause of ours was in it: then it is a
   * lateness like any other. A new stream, and an answer to a question, end what no heartbeat
   * shows.
   */
  private static boolean isCounted(Evidence evidence, boolean byBeat) {
    boolean byHeartbeat = byBeat || evidence.plannedNanos() > 0;
    return byHeartbeat && evidence.serverPauseNanos() == 0;
  }

  private static LatenessBucket bucket(Detector.LatenessCount row) {
    LatenessBucket.Builder bucket = LatenessBucket.newBuilder().setCount(row.count());
    return row.upperNanos() == Long.MAX_VALUE
        ? bucket.build()
        : bucket.setUpper(Nanos.duration(row.upperNanos())).build();
  }

  private static TimeoutAdvice advice(TimeoutCost cost) {
    Duration timeout = Nanos.duration(cost.timeoutNanos());
    return TimeoutAdvice.newBuilder()
        .setTimeout(timeout)
        .setFalsePerDay(cost.falsePerDay())
        .setSeen(cost.seen())
        .build();
  }
}
