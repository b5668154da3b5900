package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long who is not taken is asked to stay away. */
final class WorkPaceTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int BACKLOG = 60_000;

  private final WorkPace pace = new WorkPace();
  private long now;
  private long worked;

  private void turns(int count, int perTurn, int waiting) {
    for (int i = 0; i < count; i++) {
      now += 10 * MS;
      worked += perTurn;
      pace.turn(now, worked, waiting);
    }
  }

  private double seconds(int waiting) {
    return pace.nanosFor(waiting) / 1e9;
  }

  @Test
  void beforeAnythingIsMeasuredItIsAGuess() {
    assertThat(seconds(0)).isEqualTo(1);
    assertThat(seconds(BACKLOG)).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void isThePaceAtWhichABacklogGoes(long origin) {
    now = origin;
    turns(1_000, 40, BACKLOG);
    assertThat(seconds(BACKLOG)).as("4,000 in a second").isCloseTo(15, within(0.2));
    turns(1_000, 200, BACKLOG);
    assertThat(seconds(BACKLOG)).as("20,000 in a second").isCloseTo(3, within(0.1));
    assertThat(seconds(100)).as("no less than").isEqualTo(1);
  }

  @Test
  void whatComesSlowlyIsNotWorkedOffSlowly() {
    turns(1_000, 1, 3);
    assertThat(seconds(BACKLOG)).isEqualTo(6);
  }

  /** A ledger that is away takes nothing. */
  @Test
  void nobodyIsSentAwayForLongerThanDeadlinesWait() {
    turns(1_000, 0, BACKLOG);
    assertThat(seconds(BACKLOG)).isEqualTo(30);
  }
}
