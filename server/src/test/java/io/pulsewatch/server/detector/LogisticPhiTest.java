package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Phi of a silence and its inverse. Confined to the test's thread. */
final class LogisticPhiTest {

  /** The root of the cubic against a search that knows only phi. */
  @Test
  void theClosedFormIsWherePhiCrosses() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 2_000; i++) {
      double threshold = Math.exp(random.nextDouble(Math.log(1e-6), Math.log(1e5)));
      double low = -1e3;
      double high = 1e3;
      for (int step = 0; step < 80; step++) {
        double middle = (low + high) / 2;
        if (LogisticPhi.of(middle) < threshold) {
          low = middle;
        } else {
          high = middle;
        }
      }
      assertThat(LogisticPhi.deviationsAt(threshold))
          .as("threshold %s", threshold)
          .isCloseTo(high, within(1e-9 * Math.max(1, Math.abs(high))));
    }
  }

  /** As Akka writes it, where that has digits. */
  @ParameterizedTest
  @CsvSource({"-6", "-3", "-1", "-0.1", "0", "0.1", "1", "5", "12", "21"})
  void itIsAkkasPhi(double y) {
    double e = Math.exp(-y * (1.5976 + 0.070566 * y * y));
    double akka = y > 0 ? -Math.log10(e / (1 + e)) : -Math.log10(1 - 1 / (1 + e));
    assertThat(LogisticPhi.of(y)).isCloseTo(akka, within(1e-12 * Math.max(1, akka)));
  }

  @Test
  void itIsNeverInfiniteNegativeOrNothing() {
    double before = -1;
    for (double y = -30; y < 1e6; y += Math.max(0.01, Math.abs(y) / 50)) {
      double phi = LogisticPhi.of(y);
      assertThat(phi).as("at %s", y).isFinite().isNotNegative();
      // Left of -20 deviations it is below the least double.
      if (y > -17) {
        assertThat(phi).as("at %s", y).isGreaterThan(before);
      }
      before = phi;
    }
    assertThat(LogisticPhi.of(Double.NEGATIVE_INFINITY)).isZero();
  }
}
