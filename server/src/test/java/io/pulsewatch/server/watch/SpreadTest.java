package io.pulsewatch.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SpreadTest {
  @ParameterizedTest
  @CsvSource({
    "-1,0", "0,1", "249,1", "250,2", "499,2", "500,3", "750,4", "999,4", "1000,5", "9999,5"
  })
  void fiveInASecond(long atNanos, int due) {
    for (long origin : new long[] {0, Long.MIN_VALUE, -1, Long.MAX_VALUE - 500}) {
      assertThat(new Spread(origin, 1_000, 5).due(origin + atNanos)).isEqualTo(due);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000_000})
  void noTimeIsAllAtOnce(int total) {
    assertThat(new Spread(7, 0, total).due(7)).isEqualTo(total);
  }

  @Test
  void nobodyIsNobody() {
    assertThat(new Spread(0, 10, 0).due(5)).isZero();
  }
}
