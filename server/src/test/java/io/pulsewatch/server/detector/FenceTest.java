package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.liveness.Times;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The formulas of fence and stall. Confined to the test's thread. */
final class FenceTest {
  private static final long SECOND = 1_000_000_000;

  /** The server grants the fence that the formula gives. */
  @Test
  void grantedFencesFollowTheFormula() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      long interval = random.nextLong(SECOND / 10, 3600 * SECOND);
      Times times = Times.grant(interval, random.nextLong(86_400 * SECOND), Times.UNSET);
      long shortest = times.shortestNanos();
      long stopping = Math.min(SECOND / 4, shortest / 20);
      assertThat(times.fenceNanos())
          .isCloseTo(Fence.nanos(shortest, 0.001, 0.001, stopping), within(1L));
    }
  }

  @Test
  void aFenceIsNeverNegative() {
    assertThat(Fence.nanos(SECOND, 0.001, 0.001, 2 * SECOND)).isZero();
  }

  @Test
  void stallsDoubleAndEnd() {
    long rto = TcpStall.LINUX_MIN_RTO;
    assertThat(TcpStall.nanos(rto, 0)).isZero();
    assertThat(TcpStall.nanos(rto, 1)).isEqualTo(rto);
    assertThat(TcpStall.nanos(rto, 4)).isEqualTo(3 * SECOND);
    assertThat(TcpStall.nanos(rto, 62)).isEqualTo(Long.MAX_VALUE);
    assertThat(TcpStall.nanos(1, 62)).isEqualTo((1L << 62) - 1);
    assertThat(TcpStall.nanos(1, 1_000)).isEqualTo(Long.MAX_VALUE);
  }
}
