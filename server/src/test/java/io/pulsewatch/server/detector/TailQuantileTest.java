package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.detector.Detector.LatenessCount;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tail detector and its histogram. Confined to the test's thread. */
final class TailQuantileTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MILLI = 1_000_000;

  @ParameterizedTest
  @CsvSource({"LAN, 1, 1.66", "WAN, 2, 4.1", "MOBILE, 10, 19"})
  void aNewStreamBehavesLikeItsProfile(Profile profile, long interval, double seconds) {
    Detector tail = new Adaptive(Kind.TAIL, profile, 0).create(interval * SECOND);
    assertThat(tail.silenceNanos() / 1e9).isCloseTo(seconds, within(0.005 * seconds));
    assertThat(tail.onHeartbeat(1, 5)).isEqualTo(tail.silenceNanos());
    assertThat(tail.lateness()).isEmpty();
  }

  @Test
  void bucketsAreWhereTheirEdgesSay() {
    assertThat(LatenessHistogram.upperNanos(0)).isEqualTo(1 << 20);
    assertThat(LatenessHistogram.upperNanos(63)).isBetween(60 * SECOND, 61 * SECOND);
    for (int i = 0; i < LatenessHistogram.BUCKETS; i++) {
      long upper = LatenessHistogram.upperNanos(i);
      assertThat(LatenessHistogram.bucket(upper - 1)).isEqualTo(i);
      assertThat(LatenessHistogram.bucket(upper)).isEqualTo(Math.min(63, i + 1));
      assertThat(LatenessHistogram.bucket(LatenessHistogram.middleNanos(i))).isEqualTo(i);
      if (i > 0) {
        double wider = (double) upper / LatenessHistogram.upperNanos(i - 1);
        assertThat(wider).isBetween(1.14, 1.25);
      }
    }
    assertThat(LatenessHistogram.bucket(Long.MAX_VALUE)).isEqualTo(63);
    assertThat(LatenessHistogram.bucket(Long.MIN_VALUE)).isZero();
  }

  /** The bucket of the quantile, against all latenesses and the profile's, sorted. */
  @Test
  void theQuantileIsThatOfWhatWasSeenAndTheProfile() {
    SplittableRandom random = new SplittableRandom(7);
    TailQuantile tail = new TailQuantile(SECOND, Profile.WAN.tail(3));
    List<Long> lateness = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      lateness.add(i < 998 ? 0L : 300 * MILLI);
    }
    long now = 0;
    tail.onHeartbeat(1, now);
    for (int i = 1; i <= 20_000; i++) {
      double u = random.nextDouble();
      long late = (long) (MILLI * Math.min(70_000, Math.pow(1 / (1 - u), 1.2)));
      now += SECOND + late;
      tail.onHeartbeat(1, now);
      lateness.add(late);
      if (i % 997 == 0) {
        lateness.sort(null);
        long exact = lateness.get((int) Math.ceil(0.999 * lateness.size()) - 1);
        int bucket = LatenessHistogram.bucket(exact);
        assertThat(tail.quantileNanos()).isEqualTo(LatenessHistogram.middleNanos(bucket));
      }
    }
  }

  /** One stall does not make a tail; two in a thousand do, and are forgotten in time. */
  @Test
  void itsOwnTailTakesOver() {
    Detector tail = lan();
    long now = 0;
    tail.onHeartbeat(1, now);
    for (int i = 1; i <= 4096; i++) {
      now += SECOND;
      tail.onHeartbeat(1, now);
    }
    long quiet = tail.silenceNanos();
    assertThat(quiet).isLessThan(SECOND + 605 * MILLI);
    for (int i = 1; i <= 640; i++) {
      now += SECOND + (i % 64 == 0 ? 400 * MILLI : 0);
      tail.onHeartbeat(1, now);
    }
    long stalling = tail.silenceNanos();
    assertThat(stalling).isBetween(SECOND + 1700 * MILLI, SECOND + 2000 * MILLI);
    for (int i = 1; i <= 20_000; i++) {
      now += SECOND;
      tail.onHeartbeat(1, now);
    }
    assertThat(tail.silenceNanos()).isEqualTo(quiet);
  }

  @Test
  void aFullCounterHalvesAll() {
    LatenessHistogram histogram = new LatenessHistogram();
    histogram.add(5 * SECOND);
    for (int i = 0; i < 9; i++) {
      histogram.add(2 * MILLI);
    }
    for (int i = 1; i < LatenessHistogram.FULL; i++) {
      assertThat(histogram.add(0)).isFalse();
    }
    assertThat(histogram.add(-7)).isTrue();
    assertThat(histogram.counts())
        .containsExactly(
            new LatenessCount(1 << 20, LatenessHistogram.FULL / 2),
            new LatenessCount(
                LatenessHistogram.upperNanos(LatenessHistogram.bucket(2 * MILLI)), 4));
  }

  /** Long after the profile's weight is gone, the quantile is still one of a thousand. */
  @Test
  void manyHeartbeatsKeepTheQuantile() {
    TailQuantile tail = new TailQuantile(SECOND, Profile.LAN.tail(3));
    long now = 0;
    for (int i = 0; i < 1_500_000; i++) {
      now += SECOND + (i % 400 == 0 ? 100 * MILLI : 0);
      tail.onHeartbeat(1, now);
    }
    assertThat(LatenessHistogram.bucket(tail.quantileNanos()))
        .isEqualTo(LatenessHistogram.bucket(100 * MILLI));
    for (int i = 0; i < 300_000; i++) {
      now += SECOND;
      tail.onHeartbeat(1, now);
    }
    assertThat(LatenessHistogram.bucket(tail.quantileNanos())).isZero();
  }

  @Test
  void aGreaterFactorNeverSuspectsSooner() {
    SplittableRandom random = new SplittableRandom(3);
    List<Detector> byFactor = new ArrayList<>();
    for (double factor : new double[] {0.1, 0.5, 1, 2, 3, 5, 10, 100, 1000}) {
      byFactor.add(new Adaptive(Kind.TAIL, Profile.LAN, factor).create(SECOND));
    }
    long now = 0;
    for (int i = 0; i < 5_000; i++) {
      now += SECOND + (long) (Math.pow(random.nextDouble(), -0.8) * MILLI);
      long before = 0;
      for (Detector detector : byFactor) {
        long silence = detector.onHeartbeat(1, now);
        assertThat(silence).isGreaterThanOrEqualTo(before);
        assertThat(silence).isBetween(SECOND + 500 * MILLI, 6 * SECOND);
        before = silence;
      }
    }
    assertThat(byFactor.get(0).silenceNanos()).isLessThan(byFactor.get(8).silenceNanos());
  }

  @Test
  void earlySkippedAndUnrecordedAreNotLate() {
    Detector tail = lan();
    tail.onHeartbeat(1, 0);
    tail.onHeartbeat(4, 4 * SECOND);
    tail.onHeartbeat(1, 4 * SECOND + 1);
    tail.onHeartbeat(Long.MAX_VALUE, 6 * SECOND);
    tail.onUnrecorded(1, 60 * SECOND);
    tail.onHeartbeat(0, 90 * SECOND);
    tail.onHeartbeat(1, 91 * SECOND);
    assertThat(tail.lateness()).containsExactly(new LatenessCount(1 << 20, 4));
  }

  /** Else a stream that stalls for longer than the margin would be doubted wrongly for ever. */
  @Test
  void itLearnsFromWhatEndedASuspicion() {
    Detector tail = lan();
    long now = 0;
    tail.onHeartbeat(1, now);
    for (int i = 1; i <= 640; i++) {
      boolean stalls = i % 64 == 0;
      now += SECOND + (stalls ? SECOND : 0);
      if (stalls) {
        assertThat(i > 128 || 2 * SECOND > tail.silenceNanos()).isTrue();
        tail.onDoubted(1, now);
      } else {
        tail.onHeartbeat(1, now);
      }
    }
    assertThat(tail.silenceNanos()).isGreaterThan(4 * SECOND);
  }

  @Test
  void itsSuccessorKnowsWhatItLearnt() {
    Detector tail = lan();
    long now = 0;
    for (int i = 0; i < 3000; i++) {
      now += SECOND + (i % 100) * 10L * MILLI;
      tail.onHeartbeat(1, now);
    }
    Detector next = tail.successor();
    assertThat(next.silenceNanos()).isGreaterThan(lan().silenceNanos());
    assertThat(next.lateness()).isEqualTo(tail.lateness());
    assertThat(next.jitterNanos()).isEqualTo(tail.jitterNanos());
    next.onHeartbeat(1, 99 * now);
    next.onHeartbeat(1, 99 * now + SECOND);
    assertThat(next.lateness()).isNotEqualTo(tail.lateness());
  }

  private static Detector lan() {
    return DetectorChoice.DEFAULT.create(SECOND);
  }
}
