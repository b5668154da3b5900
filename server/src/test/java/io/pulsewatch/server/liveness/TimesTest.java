package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimesTest {
  private static final double MS = 1e6;
  private static final long HOUR = 3_600_000;

  /** All in milliseconds; -1 is a wish that was not spoken. */
  @ParameterizedTest(name = "{0} {1} {2} {3} grants {4} {5} {6} {7}")
  @CsvSource({
    // Defaults, and what follows from the interval.
    "-1, -1, -1, -1,         2000, 6000, 5000, 4000",
    "1000, -1, -1, -1,       1000, 3000, 3000, 2000",
    "100, -1, -1, -1,        100, 300, 300, 200",
    "10000, -1, -1, -1,      10000, 30000, 25000, 20000",
    "3600000, -1, -1, -1,    3600000, 10800000, 9000000, 7200000",
    // The interval: 100 ms .. 1 h.
    "99, -1, -1, -1,         100, 300, 300, 200",
    "0, -1, -1, -1,          100, 300, 300, 200",
    "3600001, -1, -1, -1,    3600000, 10800000, 9000000, 7200000",
    // The timeout: 1.5 x interval .. 24 h. The suspicion ends a quarter of the rest before it.
    "2000, 2999, -1, -1,     2000, 3000, 3000, 2750",
    "2000, 3000, -1, -1,     2000, 3000, 3000, 2750",
    "2000, 3001, -1, -1,     2000, 3001, 3001, 2750.75",
    "2000, 86400001, -1, -1, 2000, 86400000, 5000, 4000",
    // The resume window: 1.5 x interval .. timeout, or 0.
    "2000, 6000, 0, -1,      2000, 6000, 0, 4000",
    "2000, 6000, 1, -1,      2000, 6000, 3000, 4000",
    "2000, 6000, 3000, -1,   2000, 6000, 3000, 4000",
    "2000, 6000, 6000, -1,   2000, 6000, 6000, 4000",
    "2000, 6000, 6001, -1,   2000, 6000, 6000, 4000",
    // The suspicion: 1.1 x interval .. timeout - (timeout - interval) / 4.
    "2000, 6000, -1, 2199,   2000, 6000, 5000, 2200",
    "2000, 6000, -1, 2200,   2000, 6000, 5000, 2200",
    "2000, 6000, -1, 5000,   2000, 6000, 5000, 5000",
    "2000, 6000, -1, 5001,   2000, 6000, 5000, 5000",
  })
  void grants(
      long interval,
      long timeout,
      long resumeWindow,
      long suspect,
      double grantedInterval,
      double grantedTimeout,
      double grantedResumeWindow,
      double grantedSuspect) {
    assertThat(Times.grant(wish(interval), wish(timeout), wish(resumeWindow)))
        .isEqualTo(
            new Times(
                (long) (grantedInterval * MS),
                (long) (grantedTimeout * MS),
                (long) (grantedResumeWindow * MS)));
    Times times = Times.grant(wish(interval), wish(timeout), wish(resumeWindow));
    long wanted = suspect == -1 ? 2 * times.intervalNanos() : wish(suspect);
    assertThat(times.doubtNanos(wanted)).isEqualTo((long) (grantedSuspect * MS));
  }

  @Test
  void anyWishIsGrantedWithinTheRanges() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 200_000; i++) {
      Times t = Times.grant(anything(random), anything(random), anything(random));
      long interval = t.intervalNanos();
      assertThat(interval).isBetween(Times.MIN_INTERVAL, Times.MAX_INTERVAL);
      assertThat(t.timeoutNanos()).isBetween(interval * 3 / 2, Times.MAX_TIMEOUT);
      assertThat(t.doubtNanos(anything(random)))
          .isBetween(interval * 11 / 10, t.timeoutNanos() - (t.timeoutNanos() - interval) / 4);
      if (t.resumeWindowNanos() != 0) {
        assertThat(t.resumeWindowNanos()).isBetween(interval * 3 / 2, t.timeoutNanos());
        assertThat(t.fenceNanos()).isPositive().isLessThan(t.shortestNanos());
      }
    }
  }

  /**
   * cli/src/test/resources/io/pulsewatch/cli/vectors/detector_vectors.json, group lease_fence, the
   * cases with a rate error of 0.1 %. Its third column is the time to stop in; ours is min(250 ms,
   * b / 20), which differs in the second and third case, so they are compared less that difference.
   */
  @ParameterizedTest
  @CsvSource({"5000, 250, 4740.26", "15000, 500, 14470.53", "60000, 1000, 58881.12"})
  void fenceAgreesWithTheVectors(long shortestMillis, double stopping, double fenceMillis) {
    Times times = Times.grant(wish(2_000), wish(shortestMillis), wish(shortestMillis));
    double ours = Math.min(250, shortestMillis / 20.0);
    double expected = fenceMillis + (1 - 0.001) * (stopping - ours);
    assertThat(times.fenceNanos() / MS).isCloseTo(expected, within(0.01));
  }

  @ParameterizedTest
  @CsvSource({
    "6000, 6000, 5738.262",
    "6000, 5000, 4740.260",
    "86400000, 5000, 4740.260",
    "150, 150, 142.208",
    "300, 300, 284.416",
    "6000, 0, 0",
  })
  void fenceCountsTheShorterTime(double timeout, double resumeWindow, double fenceMillis) {
    Times times = new Times(100_000_000, (long) (timeout * MS), (long) (resumeWindow * MS));
    assertThat(times.fenceNanos() / MS).isCloseTo(fenceMillis, within(0.001));
  }

  /** A client whose clock is 0.1 % slow stops before a server whose clock is 0.1 % fast says so. */
  @Test
  void theClientIsFirst() {
    for (long b = 150; b <= 24 * HOUR; b = b * 3 / 2) {
      Times times = new Times(100_000_000, (long) (b * MS), (long) (b * MS));
      double clientStops = times.fenceNanos() / (1 - 0.001) + Math.min(250 * MS, b * MS / 20);
      double serverDeclares = b * MS / (1 + 0.001);
      assertThat(clientStops).isLessThanOrEqualTo(serverDeclares + 2);
      assertThat(clientStops).isCloseTo(serverDeclares, within(3.0));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // New times, granted before: what comes of them; timeout and resume window only grow.
    "1, 3, 3,  2, 6, 5,  1, 6, 5",
    "2, 9, 8,  2, 6, 5,  2, 9, 8",
    "2, 6, 0,  2, 6, 5,  2, 6, 5",
    "2, 6, 5,  2, 6, 0,  2, 6, 5",
    "2, 6, 0,  2, 8, 0,  2, 8, 0",
  })
  void whatWasGrantedIsNeverShortened(
      long i, long t, long r, long i0, long t0, long r0, long i1, long t1, long r1) {
    assertThat(new Times(i, t, r).atLeast(new Times(i0, t0, r0))).isEqualTo(new Times(i1, t1, r1));
  }

  private static long wish(long millis) {
    return millis == -1 ? Times.UNSET : (long) (millis * MS);
  }

  private static long anything(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> Times.UNSET;
      case 1 -> random.nextLong();
      case 2 -> 0;
      default -> random.nextLong(2 * Times.MAX_TIMEOUT) >> random.nextInt(24);
    };
  }
}
