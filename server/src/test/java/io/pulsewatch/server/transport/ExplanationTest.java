package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.detector.Detector.LatenessCount;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.SomeVitals;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Vitals;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.LatenessBucket;
import io.pulsewatch.v1.TimeoutAdvice;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ExplainInstance answers. Interval 2 s, timeout 6 s; last heard a second ago. */
final class ExplanationTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Times TIMES = new Times(2 * SECOND, 6 * SECOND, 5 * SECOND);
  private static final long WALL_MILLIS = 1_700_000_000_000L;

  /** The monotonic clock wraps in the time observed. */
  private static final Moment NOW = new Moment(Long.MIN_VALUE + 60 * SECOND, WALL_MILLIS);

  private static final Vitals STREAM = SomeVitals.heardAt(NOW.nanos() - SECOND, TIMES, 100);

  /** 1,800 heartbeats: an hour was observed. */
  private static final List<LatenessCount> AN_HOUR =
      List.of(new LatenessCount(MS, 1_799), new LatenessCount(Long.MAX_VALUE, 1));

  private final Explanation explanation = new Explanation(new Faces(() -> NOW));

  @Test
  void latenessIsToldWithItsEdges() {
    ExplainInstanceResponse answer = explanation.of(entry(7, STREAM), List.of(), AN_HOUR);
    assertThat(answer.getLatenessList())
        .containsExactly(
            LatenessBucket.newBuilder().setUpper(Nanos.duration(MS)).setCount(1_799).build(),
            LatenessBucket.newBuilder().setCount(1).build());
    assertThat(answer.getLatenessAbsent()).isEmpty();
    assertThat(answer.getInstance().getInstanceId()).isEqualTo("a");
  }

  @Test
  void adviceIsALadderAroundTheGrantedTimeout() {
    ExplainInstanceResponse answer = explanation.of(entry(7, STREAM), List.of(), AN_HOUR);
    assertThat(answer.getAdviceList())
        .extracting(advice -> Nanos.of(advice.getTimeout()) / MS)
        .containsExactly(3_000L, 4_500L, 6_000L, 9_000L, 12_000L, 18_000L);
    TimeoutAdvice granted = granted(answer);
    assertThat(granted.getSeen()).isEqualTo(1);
    assertThat(granted.getFalsePerDay()).isCloseTo(24, within(1e-9));
  }

  /** By those it beats, and by those it is judged. */
  @Test
  void adviceGoesByTheTimesInForce() {
    Vitals told = SomeVitals.heardAt(NOW.nanos() - SECOND, TIMES, 200);
    ExplainInstanceResponse answer = explanation.of(entry(7, told), List.of(), AN_HOUR);
    assertThat(answer.getAdviceList())
        .extracting(advice -> Nanos.of(advice.getTimeout()) / MS)
        .containsExactly(6_000L, 9_000L, 12_000L, 18_000L, 24_000L, 36_000L);
    assertThat(Nanos.of(answer.getInstance().getTimeout())).isEqualTo(TIMES.timeoutNanos());
  }

  /**
   * Only silences of this incarnation, that ended; known for two hours up to its last heartbeat.
   * The one that a heartbeat ended is among its latenesses, unless we paused in it.
   */
  @Test
  void silencesThatEndedAreCountedFromTheChanges() {
    List<Change> recent =
        List.of(
            change(6, Cause.RECOVERED, WALL_MILLIS - 9_000_000, 0, 0),
            change(7, Cause.REGISTERED, WALL_MILLIS - 7_201_000, 0, 0),
            change(7, Cause.RECOVERED, WALL_MILLIS - 5_000, 0, 0),
            change(7, Cause.RESUMED, WALL_MILLIS - 4_000, 0, 0),
            change(7, Cause.RECOVERED, WALL_MILLIS - 3_500, 2 * SECOND, 0),
            change(7, Cause.SILENCE, WALL_MILLIS - 3_000, 0, 0),
            change(7, Cause.REPORTED, WALL_MILLIS - 2_000, 0, 0));
    ExplainInstanceResponse answer = explanation.of(entry(7, STREAM), recent, AN_HOUR);
    assertThat(answer.getChangesCount()).isEqualTo(7);
    assertThat(granted(answer).getSeen()).isEqualTo(1 + 2);
    assertThat(granted(answer).getFalsePerDay()).isCloseTo(24 + 24, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 2", "2, 0, 1", "2, 1, 2"})
  void aSilenceIsCountedOnce(long planned, long paused, long seen) {
    List<Change> recent =
        List.of(
            change(7, Cause.REGISTERED, WALL_MILLIS - 7_201_000, 0, 0),
            change(7, Cause.RECOVERED, WALL_MILLIS - 5_000, planned * SECOND, paused * SECOND));
    ExplainInstanceResponse answer = explanation.of(entry(7, STREAM), recent, AN_HOUR);
    assertThat(granted(answer).getSeen()).isEqualTo(seen);
  }

  @Test
  void whoHasNoLatenessIsToldWhy() {
    ExplainInstanceResponse stream = explanation.of(entry(7, STREAM), List.of(), List.of());
    assertThat(stream.getAdviceCount()).isZero();
    assertThat(stream.getLatenessAbsent()).contains("keeps no distribution");
  }

  private static TimeoutAdvice granted(ExplainInstanceResponse answer) {
    return answer.getAdviceList().stream()
        .filter(advice -> Nanos.of(advice.getTimeout()) == TIMES.timeoutNanos())
        .findFirst()
        .orElseThrow();
  }

  private static Change change(
      long incarnation, Cause cause, long atMillis, long planned, long paused) {
    Evidence evidence =
        new Evidence(6 * SECOND, 1, 0, 0, paused, Evidence.UNKNOWN, 1.5, "", "", 0, planned);
    return new Change(9, atMillis, entry(incarnation, STREAM), null, cause, evidence, false);
  }

  private static Entry entry(long incarnation, Vitals vitals) {
    return new Entry(
        new InstanceKey("orders", "a"),
        incarnation,
        43,
        State.ALIVE,
        Status.SERVING,
        null,
        Details.NONE,
        TIMES,
        WALL_MILLIS,
        vitals);
  }
}
