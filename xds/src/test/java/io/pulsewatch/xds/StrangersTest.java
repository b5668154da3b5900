package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who has shown no token yet. */
final class StrangersTest {
  @ParameterizedTest
  @ValueSource(
      longs = {0, -1, 20_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000})
  void theyHaveTenSecondsFromTheirFirstTurnOn(long origin) {
    Strangers<String> strangers = new Strangers<>();
    strangers.add("a");
    strangers.add("b");
    assertThat(strangers.turn(origin)).isEmpty();
    strangers.add("c");
    assertThat(strangers.remove("b")).isTrue();
    assertThat(strangers.remove("b")).isFalse();
    assertThat(strangers.turn(origin + Strangers.PATIENCE_NANOS - 1)).isEmpty();
    assertThat(strangers.turn(origin + Strangers.PATIENCE_NANOS)).containsExactly("a");
    assertThat(strangers.size()).isEqualTo(1);
  }

  @Test
  void theOldestGoesFirst() {
    Strangers<Integer> strangers = new Strangers<>();
    for (int i = 0; i < Strangers.MOST; i++) {
      assertThat(strangers.add(i)).isNull();
      if (i == 1) {
        assertThat(strangers.turn(0)).isEmpty();
      }
    }
    assertThat(strangers.add(1_000)).isEqualTo(0);
    assertThat(strangers.add(1_001)).isEqualTo(1);
    assertThat(strangers.add(1_002)).isEqualTo(2);
    assertThat(strangers.size()).isEqualTo(Strangers.MOST);
  }
}
