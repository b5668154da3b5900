package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.detector.Detector.LatenessCount;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What which timeout would have cost. The interval is 2 s, the granted timeout 6 s. */
final class TimeoutCostTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long DAY = TimeUnit.DAYS.toNanos(1);
  private static final long INTERVAL = 2 * SECOND;

  /** A day of heartbeats: 43,200. Of these, 5 came up to 1 s late, 2 up to 4 s, one even later. */
  private static final List<LatenessCount> ONE_DAY =
      List.of(
          new LatenessCount(MS, 43_192),
          new LatenessCount(SECOND, 5),
          new LatenessCount(4 * SECOND, 2),
          new LatenessCount(Long.MAX_VALUE, 1));

  @Test
  void aLadderAroundTheGrantedTimeout() {
    assertThat(around(ONE_DAY, List.of(), 6 * SECOND))
        .extracting(TimeoutCost::timeoutNanos)
        .containsExactly(3 * SECOND, 4_500 * MS, 6 * SECOND, 9 * SECOND, 12 * SECOND, 18 * SECOND);
    assertThat(around(ONE_DAY, List.of(), 3 * SECOND))
        .as("none below 1.5 x interval, and none twice")
        .extracting(TimeoutCost::timeoutNanos)
        .containsExactly(3 * SECOND, 4_500 * MS, 6 * SECOND, 9 * SECOND);
    assertThat(around(ONE_DAY, List.of(), DAY))
        .as("none above a day")
        .extracting(TimeoutCost::timeoutNanos)
        .containsExactly(DAY / 2, 3 * DAY / 4, DAY);
  }

  /**
   * Who was later than timeout - interval was not waited for; a bucket that is cut counts whole.
   */
  @ParameterizedTest
  @CsvSource({
    "3000, 3",
    "3001, 3",
    "5999, 3",
    "6000, 1",
    "90000, 1",
  })
  void heartbeatsLaterThanTheMarginCount(long timeoutMillis, long seen) {
    TimeoutCost cost = granted(ONE_DAY, List.of(), timeoutMillis * MS);
    assertThat(cost.seen()).isEqualTo(seen);
    assertThat(cost.falsePerDay()).isCloseTo((double) seen, within(1e-9));
  }

  /** Silences that were survived and are in no bucket. */
  @ParameterizedTest
  @CsvSource({"3001, 5", "5000, 5", "5001, 4", "7000, 2", "7001, 1"})
  void silencesThatEndedCountFromTheTimeoutOn(long timeoutMillis, long seen) {
    List<Long> ended = List.of(5 * SECOND, 7 * SECOND);
    TimeoutCost cost = granted(ONE_DAY, ended, timeoutMillis * MS);
    assertThat(cost.seen()).isEqualTo(seen);
    long late = granted(ONE_DAY, List.of(), timeoutMillis * MS).seen();
    assertThat(cost.falsePerDay())
        .as("known for two days")
        .isCloseTo((double) (late + seen) / 2, within(1e-9));
  }

  /** Rule of three: in half a day nothing was seen, so at 95 % it is at most six a day. */
  @Test
  void whatWasNotSeenHasABound() {
    List<LatenessCount> quiet = List.of(new LatenessCount(MS, 21_600));
    TimeoutCost cost = granted(quiet, List.of(), 6 * SECOND);
    assertThat(cost.seen()).isZero();
    assertThat(cost.falsePerDay()).isCloseTo(6, within(1e-9));
  }

  @Test
  void aLongerTimeoutNeverCostsMore() {
    List<TimeoutCost> ladder = around(ONE_DAY, List.of(5 * SECOND), 6 * SECOND);
    for (int i = 1; i < ladder.size(); i++) {
      assertThat(ladder.get(i).seen()).isLessThanOrEqualTo(ladder.get(i - 1).seen());
    }
  }

  @Test
  void nothingIsSaidOfNothing() {
    assertThat(around(List.of(), List.of(5 * SECOND), 6 * SECOND)).isEmpty();
  }

  private static TimeoutCost granted(
      List<LatenessCount> lateness, List<Long> ended, long timeoutNanos) {
    return around(lateness, ended, timeoutNanos).stream()
        .filter(cost -> cost.timeoutNanos() == Math.max(timeoutNanos, 3 * INTERVAL / 2))
        .findFirst()
        .orElseThrow();
  }

  private static List<TimeoutCost> around(
      List<LatenessCount> lateness, List<Long> ended, long grantedNanos) {
    return TimeoutCost.around(
        lateness, new TimeoutCost.Ended(ended, 2 * DAY), INTERVAL, grantedNanos, DAY);
  }
}
