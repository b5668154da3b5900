package io.pulsewatch.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fences for work that needs longer to stop than the server thinks. Immutable. */
final class FenceTest {
  private static final long MILLI = 1_000_000L;

  /** F by hand: 0.999 x (b / 1.001 - d). */
  @ParameterizedTest
  @CsvSource({"5000, 250, 4740", "5000, 1000, 3991", "150, 37, 112", "6000, 6000, -5"})
  void isTheFormula(long allowanceMillis, long stopMillis, long fenceMillis) {
    assertThat(Fence.nanos(allowanceMillis * MILLI, stopMillis * MILLI) / MILLI)
        .isEqualTo(fenceMillis);
  }

  /** What the server sends is F with its own d; ours follows from that alone. */
  @ParameterizedTest
  @CsvSource({
    "150, 37",
    "150, 8",
    "1000, 50",
    "1000, 400",
    "4999, 250",
    "5000, 250",
    "5001, 251",
    "5000, 3000",
    "60000, 10000",
    "300000, 250",
  })
  void comesAsMuchSoonerAsTheFormulaSays(long allowanceMillis, long stopMillis) {
    long b = allowanceMillis * MILLI;
    long servers = Math.min(250 * MILLI, b / 20);
    long sent = Fence.nanos(b, servers);
    long ours = Fence.nanos(b, stopMillis * MILLI);
    assertThat(sent - Fence.soonerNanos(sent, stopMillis * MILLI))
        .isCloseTo(Math.min(sent, ours), within(100L));
  }

  @ParameterizedTest
  @CsvSource({"150, 37500", "1000, 250000", "6000, 250000", "86400000, 250000"})
  void whoWishesForNothingGetsAQuarterButAtMostAQuarterOfASecond(
      long allowanceMillis, long stopMicros) {
    assertThat(Fence.stopWithinNanos(allowanceMillis * MILLI) / 1000).isEqualTo(stopMicros);
  }
}
