package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which counters stand still. */
final class ProgressTest {
  private static final long INTERVAL = 2 * SECOND;
  private static final List<Progress.Rule> ORDERS =
      List.of(new Progress.Rule("orders", 6 * SECOND));

  private final Progress progress = new Progress(ORDERS, INTERVAL);

  /** A heartbeat at this time of both clocks. */
  private int beat(long atNanos, long orders) {
    progress.take(Map.of("orders", orders));
    return progress.look(true, atNanos, atNanos);
  }

  @Origins
  void standsStillAfterItsTimeAndMovesAgain(long origin) {
    assertThat(beat(origin, 7)).isZero();
    assertThat(beat(origin + INTERVAL, 8)).isZero();
    // It may have moved last just behind the first heartbeat.
    assertThat(beat(origin + 2 * INTERVAL, 8)).isZero();
    assertThat(beat(origin + 6 * SECOND, 8)).isZero();
    assertThat(beat(origin + 6 * SECOND + 1, 8)).isEqualTo(1);
    assertThat(progress.stalled()).isEqualTo(1);
    assertThat(beat(origin + 60 * SECOND, 8)).isEqualTo(1);
    assertThat(beat(origin + 62 * SECOND, 9)).isZero();
    assertThat(beat(origin + 66 * SECOND, 9)).isZero();
    assertThat(beat(origin + 66 * SECOND + 1, 9)).isEqualTo(1);
  }

  @Test
  void anyOtherValueIsAMovement() {
    beat(0, 7);
    assertThat(beat(5 * SECOND, 0)).isZero(); // a worker that began anew
    assertThat(beat(8 * SECOND, -1)).isZero(); // 2^64 - 1
    assertThat(beat(12 * SECOND + 1, -1)).isEqualTo(1);
  }

  @Test
  void whatIsLeftOutStandsStill() {
    assertThat(progress.look(true, 0, 0)).isZero();
    progress.take(Map.of("payments", 1L));
    assertThat(progress.look(true, 6 * SECOND, 0)).isZero();
    assertThat(progress.look(true, 6 * SECOND + 1, 0)).isEqualTo(1);
    assertThat(beat(7 * SECOND, 1)).as("the first value of a stall").isEqualTo(1);
    assertThat(beat(8 * SECOND, 2)).isZero();
  }

  @Test
  void nothingHasToMoveBehindAnotherStatus() {
    beat(0, 7);
    assertThat(beat(7 * SECOND, 7)).isEqualTo(1);
    assertThat(progress.look(false, 9 * SECOND, 9 * SECOND)).isZero();
    assertThat(progress.look(false, 99 * SECOND, 99 * SECOND)).isZero();
    assertThat(beat(101 * SECOND, 7)).as("counted from here").isZero();
    assertThat(beat(107 * SECOND, 7)).isZero();
    assertThat(beat(107 * SECOND + 1, 7)).isEqualTo(1);
  }

  @Test
  void aPauseOfOursIsNone() {
    beat(0, 7);
    progress.take(Map.of("orders", 7L));
    assertThat(progress.look(true, 2 * SECOND, 30 * SECOND)).isZero();
  }

  @Test
  void aSlowPathIsNone() {
    beat(0, 7);
    progress.take(Map.of("orders", 7L));
    assertThat(progress.look(true, 30 * SECOND, 2 * SECOND)).isZero();
    assertThat(progress.look(true, 32 * SECOND, 0)).as("it tells no clock").isEqualTo(1);
  }

  @Test
  void whatWasStalledBeforeIsSoUntilItMoves() {
    progress.continueFrom(1);
    assertThat(beat(0, 7)).isEqualTo(1);
    assertThat(beat(INTERVAL, 7)).isEqualTo(1);
    assertThat(beat(2 * INTERVAL, 8)).isZero();
  }

  @Test
  void eachRuleHasItsBit() {
    Progress two =
        new Progress(
            List.of(
                new Progress.Rule("orders", 6 * SECOND), new Progress.Rule("mails", 3 * SECOND)),
            INTERVAL);
    for (int i = 0; i < 3; i++) {
      two.take(Map.of("orders", (long) i, "mails", 5L));
      assertThat(two.look(true, i * INTERVAL, i * INTERVAL)).isEqualTo(i == 2 ? 0b10 : 0);
    }
    assertThat(two.look(true, 9 * SECOND, 9 * SECOND)).isEqualTo(0b11);
    two.take(Map.of("mails", 6L));
    assertThat(two.look(true, 10 * SECOND, 10 * SECOND)).isEqualTo(0b01);
  }

  /**
   * The promise, at random phases: found by stall_after + one interval, and never much too soon.
   */
  @Test
  void aStuckWorkerIsFoundInTime() {
    Random random = new Random(4);
    for (int world = 0; world < 2_000; world++) {
      long interval = (100 + random.nextInt(5_000)) * MS;
      long stallAfter = interval + random.nextInt(20_000) * MS;
      long stuckAt = 20 * interval + random.nextInt(10_000) * MS;
      Progress each = new Progress(List.of(new Progress.Rule("orders", stallAfter)), interval);
      long at = random.nextInt(1_000) * MS;
      int stalled = 0;
      while (stalled == 0) {
        // The worker moves each millisecond until it is stuck.
        each.take(Map.of("orders", Math.min(at, stuckAt) / MS));
        stalled = each.look(true, at, at);
        at += stalled == 0 ? interval : 0;
      }
      assertThat(at - stuckAt)
          .as("world %d: stall_after %d ms, interval %d ms", world, stallAfter / MS, interval / MS)
          .isBetween(stallAfter - interval, stallAfter + interval);
    }
  }
}
