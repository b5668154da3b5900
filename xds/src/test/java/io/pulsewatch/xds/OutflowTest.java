package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much may wait to be written. */
final class OutflowTest {
  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void whatWaitsIsBoundedAndWhoStallsIsFound(long origin) {
    Outflow outflow = new Outflow(100, 30);
    Outflow.Seat first = outflow.seat();
    Outflow.Seat second = outflow.seat();
    first.take(99, origin);
    assertThat(outflow.isOpen()).isTrue();
    second.take(1, origin + 1);
    assertThat(outflow.isOpen()).isFalse();
    assertThat(first.isEmpty()).isFalse();

    assertThat(outflow.stalled(origin + 29)).isNull();
    assertThat(outflow.stalled(origin + 30)).isSameAs(first);
    first.clear();
    first.clear();
    assertThat(outflow.isOpen()).isTrue();
    assertThat(outflow.stalled(origin + 30)).isNull();
    first.take(200, origin + 30);
    assertThat(outflow.isOpen()).isFalse();
    assertThat(outflow.stalled(origin + 31)).isSameAs(second);
    second.clear();
    first.clear();
    assertThat(outflow.stalled(origin + 100)).isNull();
    assertThat(outflow.isOpen()).isTrue();
  }
}
