package io.pulsewatch.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What one process orders is what the other reads. Confined to the test's thread. */
final class FleetOrderTest {
  private static final FleetOrder EVEN =
      FleetOrder.even(1, "live-", 2, 3, 4_000, 5_000, Path.of("sent"));

  @Test
  void isReadAsItWasWritten() {
    FleetOrder order =
        EVEN.resuming(6).beating(7).bunched(8).returning(9).serving(new Pools(2, 10));

    assertThat(FleetOrder.of(order.arguments().toArray(String[]::new))).isEqualTo(order);
  }

  @Test
  void beatsOneByOneUnlessItIsToldOtherwise() {
    assertThat(EVEN.beatMillis()).isEqualTo(4_000);
    assertThat(EVEN.resumeMillis()).isEqualTo(5_000);
    assertThat(EVEN.bunch()).isEqualTo(1);
    assertThat(EVEN.returningAtOnce()).isEqualTo(3);
    assertThat(EVEN.pools()).isEqualTo(Pools.NONE);
    assertThat(EVEN.bunched(32).beatMillis()).isEqualTo(4_000);
  }
}
