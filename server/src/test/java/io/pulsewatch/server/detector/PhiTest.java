package io.pulsewatch.server.detector;

import static io.pulsewatch.server.detector.DetectorChoice.Kind.PHI_EXPONENTIAL;
import static io.pulsewatch.server.detector.DetectorChoice.Kind.PHI_LOGISTIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Both forms of phi as detectors. Confined to the test's thread. */
final class PhiTest {
  private static final long SECOND = 1_000_000_000;
  private static final double MILLI = 1e6;

  /** Akka's own: 5306.5 ms after one heartbeat, 4522.6 ms after a thousand punctual ones. */
  @Test
  void logisticIsAkkasClusterInAMachineRoom() {
    Detector phi = lan(PHI_LOGISTIC);
    assertThat(phi.onHeartbeat(1, 0) / MILLI).isCloseTo(5306.496661, within(1e-6));
    for (int i = 1; i <= 1001; i++) {
      phi.onHeartbeat(1, i * SECOND);
    }
    assertThat(phi.silenceNanos() / MILLI).isCloseTo(4522.598664, within(1e-6));
  }

  /** Cassandra's own: 36.8 s after one heartbeat, 18.4 s in the end. */
  @Test
  void exponentialIsCassandras() {
    Detector phi = lan(PHI_EXPONENTIAL);
    assertThat(phi.onHeartbeat(1, 0) / MILLI).isCloseTo(36841.361488, within(1e-5));
    for (int i = 1; i <= 1000; i++) {
      phi.onHeartbeat(1, i * SECOND);
    }
    assertThat(phi.silenceNanos() / MILLI).isCloseTo(18420.680744, within(1e-5));
  }

  @Test
  void exponentialDropsGapsOfMoreThanTwoIntervals() {
    Detector phi = lan(PHI_EXPONENTIAL);
    long before = phi.onHeartbeat(1, 0);
    assertThat(phi.onHeartbeat(1, 2 * SECOND + 1)).isEqualTo(before);
    assertThat(phi.onHeartbeat(1, 4 * SECOND)).isLessThan(before);
  }

  /** The silence is the first nanosecond at which phi is there. */
  @Test
  void theSilenceIsWherePhiCrosses() {
    SplittableRandom random = new SplittableRandom(11);
    for (int run = 0; run < 200; run++) {
      double threshold = Math.exp(random.nextDouble(Math.log(0.5), Math.log(40)));
      PhiLogistic logistic = new PhiLogistic(SECOND, Profile.LAN.logistic(threshold, SECOND));
      PhiExponential exponential =
          new PhiExponential(
              SECOND, new PhiExponential.Settings(threshold, 10, 2 * SECOND, 2 * SECOND));
      long now = 0;
      for (int i = 0; i < 30; i++) {
        now += SECOND + random.nextLong(-SECOND / 2, SECOND);
        assertThat(logistic.onHeartbeat(1, now))
            .isCloseTo(crossing(logistic::phi, threshold), within(1_000L));
        assertThat(exponential.onHeartbeat(1, now))
            .isCloseTo(crossing(exponential::phi, threshold), within(1_000L));
      }
    }
  }

  @Test
  void anUnrecordedHeartbeatTeachesNothing() {
    for (Kind kind : new Kind[] {PHI_LOGISTIC, PHI_EXPONENTIAL}) {
      Detector phi = lan(kind);
      Detector same = lan(kind);
      for (int i = 0; i < 10; i++) {
        phi.onHeartbeat(1, i * SECOND);
        same.onHeartbeat(1, i * SECOND);
      }
      long silence = phi.silenceNanos();
      assertThat(phi.onUnrecorded(1, 100 * SECOND)).as("%s", kind).isEqualTo(silence);
      assertThat(phi.onHeartbeat(1, 101 * SECOND))
          .as("%s", kind)
          .isEqualTo(same.onHeartbeat(1, 10 * SECOND));
    }
  }

  /** Akka does not record the gap that ends a suspicion; Cassandra asks only how long it was. */
  @Test
  void whatEndedASuspicionTeachesTheExponentialFormOnly() {
    for (Kind kind : new Kind[] {PHI_LOGISTIC, PHI_EXPONENTIAL}) {
      Detector phi = lan(kind);
      phi.onHeartbeat(1, 0);
      phi.onHeartbeat(1, SECOND);
      long silence = phi.silenceNanos();
      assertThat(phi.onDoubted(1, 3 * SECOND) == silence)
          .as("%s", kind)
          .isEqualTo(kind == PHI_LOGISTIC);
    }
  }

  /** A sender that skips slots is as punctual as one that does not. */
  @Test
  void skippedSlotsAreNoLateness() {
    for (Kind kind : new Kind[] {PHI_LOGISTIC, PHI_EXPONENTIAL}) {
      Detector skipping = lan(kind);
      Detector same = lan(kind);
      skipping.onHeartbeat(1, 0);
      same.onHeartbeat(1, 0);
      for (int i = 1; i < 50; i++) {
        assertThat(skipping.onHeartbeat(3, i * 3L * SECOND))
            .as("%s", kind)
            .isEqualTo(same.onHeartbeat(1, i * SECOND));
      }
    }
  }

  @Test
  void numbersThatOutrunTheTimeDoNoHarm() {
    Detector phi = lan(PHI_LOGISTIC);
    for (int i = 1; i < 3000; i++) {
      assertThat(phi.onHeartbeat(i % 2 == 0 ? Long.MAX_VALUE : 1 << 30, i * SECOND))
          .isBetween(3 * SECOND, 7 * SECOND);
    }
  }

  private static Detector lan(Kind kind) {
    return new Adaptive(kind, Profile.LAN, 0).create(SECOND);
  }

  private static long crossing(PhiOfSilence phi, double threshold) {
    long low = 0;
    long high = 1L << 45;
    while (low < high) {
      long middle = (low + high) / 2;
      if (phi.of(middle) < threshold) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private interface PhiOfSilence {
    double of(long silenceNanos);
  }
}
