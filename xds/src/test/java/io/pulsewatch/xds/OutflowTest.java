package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much may wait to be written. */
final class OutflowTest {
  private static final long LATE = Outflow.LATE_NANOS;
  private static final long STALL = 15 * LATE;

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void whatWaitsIsBoundedAndWhoStallsIsFound(long origin) {
    Outflow outflow = new Outflow(100, STALL);
    Outflow.Seat first = outflow.seat();
    Outflow.Seat second = outflow.seat();
    first.take(99, origin);
    assertThat(outflow.isOpen()).isTrue();
    second.take(1, origin + 1);
    assertThat(outflow.isOpen()).isFalse();
    assertThat(first.isEmpty()).isFalse();

    assertThat(outflow.stalled(origin + STALL - 1)).isNull();
    assertThat(outflow.stalled(origin + STALL)).isSameAs(first);
    assertThat(outflow.stalled(origin + STALL)).as("each once").isNull();
    assertThat(first.isEmpty()).as("it holds until its call is closed").isFalse();
    assertThat(outflow.stalled(origin + STALL + 1)).isSameAs(second);
    first.clear();
    first.clear();
    second.clear();
    assertThat(outflow.isOpen()).isTrue();
    assertThat(outflow.stalled(origin + 2 * STALL)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void whoDoesNotReadStopsOthersForTwoSecondsOnly(long origin) {
    Outflow outflow = new Outflow(100, STALL);
    Outflow.Seat slow = outflow.seat();
    slow.take(100, origin);
    outflow.stalled(origin + LATE - 1);
    assertThat(outflow.isOpen()).isFalse();
    outflow.stalled(origin + LATE);
    assertThat(outflow.isOpen()).isTrue();

    Outflow.Seat other = outflow.seat();
    other.take(200, origin + LATE); // with it there lies three times as much as may
    outflow.stalled(origin + 2 * LATE - 1);
    assertThat(outflow.isOpen()).isFalse();
    outflow.stalled(origin + 2 * LATE);
    assertThat(outflow.isOpen()).as("none waits for ever").isTrue();
    Outflow.Seat small = outflow.seat();
    small.take(1, origin + 2 * LATE);
    assertThat(outflow.isOpen()).as("one after the other").isFalse();
    slow.clear();
    assertThat(outflow.isOpen()).isTrue();
    other.clear();
    small.clear();
    assertThat(outflow.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void largeAnswersTakeTurns(long origin) {
    Outflow outflow = new Outflow(100 * Outflow.TURN_BYTES, STALL);
    Outflow.Seat first = outflow.seat();
    Outflow.Seat second = outflow.seat();
    Outflow.Seat third = outflow.seat();
    first.take(Outflow.TURN_BYTES - 1, origin);
    assertThat(outflow.isOpen()).as("small ones go together").isTrue();
    second.take(4 * Outflow.TURN_BYTES, origin + 1);
    assertThat(outflow.isOpen()).isFalse();
    second.clear();
    assertThat(outflow.isOpen()).as("it is written").isTrue();

    third.take(4 * Outflow.TURN_BYTES, origin + 2);
    outflow.stalled(origin + 1 + Outflow.TURN_NANOS);
    assertThat(outflow.isOpen()).isFalse();
    outflow.stalled(origin + 2 + Outflow.TURN_NANOS);
    assertThat(outflow.isOpen()).as("a client that reads slowly holds up nobody").isTrue();
    second.take(4 * Outflow.TURN_BYTES, origin + 2 + Outflow.TURN_NANOS);
    third.clear();
    assertThat(outflow.isOpen()).as("its turn was over, and is not ended twice").isFalse();
    second.clear();
    assertThat(outflow.isOpen()).isTrue();
  }
}
