package io.pulsewatch.cli.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The normal tail as a logarithm. Confined to the test's thread. */
final class NormalTailTest {
  @ParameterizedTest
  @CsvSource({
    "-3, 5.866493e-4",
    "0, 0.301029995664",
    "1.9999999, 1.643015977",
    "2, 1.643016080",
    "8, 15.206142551",
    "38.48, 323.516795814",
    "100, 2173.871542869",
  })
  void phiOfDeviations(double deviations, double phi) {
    assertThat(NormalTail.phi(deviations)).isCloseTo(phi, within(1e-7));
  }

  @Test
  void theInverseIsOne() {
    for (double threshold = 1e-3; threshold < 1e5; threshold *= 1.3) {
      assertThat(NormalTail.phi(NormalTail.deviationsAt(threshold)))
          .isCloseTo(threshold, within(1e-12 * Math.max(1, threshold)));
    }
  }
}
