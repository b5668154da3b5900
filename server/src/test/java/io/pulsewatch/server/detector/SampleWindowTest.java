package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mean and variance of a sliding window, against numbers that do not end. */
final class SampleWindowTest {
  private static final double DOUBLE_DIGITS = 4e-16;

  @ParameterizedTest(name = "{0} samples of up to {1} around {2}")
  @CsvSource({
    "1, 1000000, 0",
    "2, 1000000, 0",
    "3, 1000000000, 3000000000",
    "7, 1, 1000000000000",
    "1000, 1000000, 1000000000",
    "1000, 1125899906842624, 0",
    "4096, 1125899906842624, 0",
    "4096, 2, 1125899906842600",
    "4096, 2, -1125899906842600",
  })
  void sumsAreExact(int capacity, long spread, long around) {
    SplittableRandom random = new SplittableRandom(capacity + spread);
    SampleWindow window = new SampleWindow(capacity);
    Deque<Long> samples = new ArrayDeque<>();
    for (int i = 0; i < 3 * capacity + 5; i++) {
      long sample = around + random.nextLong(-spread, spread + 1);
      window.add(sample);
      samples.add(sample);
      if (samples.size() > capacity) {
        samples.remove();
      }
      if (i < 20 || i % (capacity / 5 + 1) == 0) {
        assertIs(window, samples);
        assertIs(window.copy(), samples);
      }
    }
  }

  @Test
  void itIsEmptyAtFirst() {
    assertThat(new SampleWindow(5).mean()).isZero();
    assertThat(new SampleWindow(5).variance()).isZero();
  }

  @Test
  void whatIsBeyondItsLimitIsClamped() {
    SampleWindow window = new SampleWindow(2);
    window.add(Long.MAX_VALUE);
    assertThat(window.mean()).isEqualTo(Arrivals.LIMIT);
    window.add(Long.MIN_VALUE);
    assertThat(window.mean()).isZero();
    assertThat(window.variance()).isEqualTo(Math.pow(Arrivals.LIMIT, 2));
  }

  @Test
  void itsCapacityHasALimit() {
    assertThatIllegalArgumentException().isThrownBy(() -> new SampleWindow(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new SampleWindow(4097));
  }

  private static void assertIs(SampleWindow window, Deque<Long> samples) {
    BigInteger sum = BigInteger.ZERO;
    BigInteger squares = BigInteger.ZERO;
    for (long sample : samples) {
      BigInteger value = BigInteger.valueOf(sample);
      sum = sum.add(value);
      squares = squares.add(value.multiply(value));
    }
    BigInteger n = BigInteger.valueOf(samples.size());
    double mean = over(sum, n);
    double variance = over(n.multiply(squares).subtract(sum.multiply(sum)), n.multiply(n));
    assertThat(window.mean()).isCloseTo(mean, within(DOUBLE_DIGITS * Math.abs(mean)));
    assertThat(window.variance()).isCloseTo(variance, within(2 * DOUBLE_DIGITS * variance));
  }

  private static double over(BigInteger one, BigInteger other) {
    return new BigDecimal(one).divide(new BigDecimal(other), MathContext.DECIMAL128).doubleValue();
  }
}
