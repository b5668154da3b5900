package io.pulsewatch.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Confined to the test's thread. */
final class ScheduleTest {
  /** Ten streams on two connections in bunches of four: 0-3, 4-7, 8-9. */
  private final Schedule schedule = new Schedule(10, 2, 4, 3_000);

  @Test
  void eachStreamIsDueOnceInARound() {
    List<Integer> due = new ArrayList<>();
    for (long turn = 3; turn < 6; turn++) {
      assertThat(schedule.round(turn)).isEqualTo(1);
      for (int stream = schedule.first(turn); stream < schedule.end(turn); stream++) {
        due.add(stream);
        assertThat(schedule.dueNanos(stream, 1)).isEqualTo(schedule.turnNanos(turn));
      }
    }
    assertThat(due).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void bunchesAreSpreadOverTheInterval() {
    assertThat(schedule.turnNanos(0)).isEqualTo(0);
    assertThat(schedule.turnNanos(1)).isEqualTo(1_000);
    assertThat(schedule.turnNanos(2)).isEqualTo(2_000);
    assertThat(schedule.turnNanos(3)).isEqualTo(3_000);
  }

  @Test
  void aBunchIsOnOneConnection() {
    assertThat(schedule.connection(0)).isEqualTo(0);
    assertThat(schedule.connection(3)).isEqualTo(0);
    assertThat(schedule.connection(4)).isEqualTo(1);
    assertThat(schedule.connection(8)).isEqualTo(0);
  }

  @Test
  void whoJoinsBeatsInTheNextTurnOfItsBunch() {
    assertThat(schedule.roundFrom(4, 0)).isEqualTo(0);
    assertThat(schedule.roundFrom(4, 1)).isEqualTo(0);
    assertThat(schedule.roundFrom(4, 2)).isEqualTo(1);
    assertThat(schedule.roundFrom(4, 4)).isEqualTo(1);
  }
}
