package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose lateness it was, by the sender's own clock. The interval is 100 ms. */
final class SenderClockTest {
  private static final long INTERVAL = 100 * MS;
  private static final long SILENT = Evidence.UNKNOWN;
  private final SenderClock clock = new SenderClock();

  /** Slots between two heartbeats, time between them by the sender's clock, and what it says. */
  @ParameterizedTest(name = "{0} slots, {1} ms apart, says {2}: late {3} ms")
  @CsvSource({
    "1, 100, , 0",
    "1, 130, , 30",
    "1,  70, , 0",
    "1,   0, , 0",
    // What it skipped was planned so.
    "3, 300, , 0",
    "3, 301, , 1",
    // It says more than its clock shows, or less: its timer was late and it caught up, or it was
    // starved between timer and send.
    "1, 100, 40, 40",
    "1, 130, 20, 30",
    "1, 130, 0, 30",
    // One that only renews is allowed within an interval of the one before.
    "0,  50, , 0",
    "0, 130, , 30",
    // Absurd numbers stand for absurd gaps: nobody is late for those.
    "9223372036854775807, 5000, , 0",
  })
  void isTheGreaterOfWhatItSaysAndShows(
      long slots, long apartMillis, @Nullable Long says, long late) {
    clock.onHeartbeat(1, 7, SILENT);
    clock.onHeartbeat(slots, 7 + apartMillis * MS, says == null ? SILENT : says * MS);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(late * MS);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 1, Long.MAX_VALUE})
  void itsOriginDoesNotMatter(long origin) {
    clock.onHeartbeat(1, origin, SILENT);
    clock.onHeartbeat(1, origin + 130 * MS, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(30 * MS);
  }

  @Test
  void aFirstHeartbeatShowsNothing() {
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(SILENT);
    clock.onHeartbeat(1, 900 * MS, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(SILENT);
    assertThat(clock.gap().plannedNanos(INTERVAL)).isEqualTo(INTERVAL);
  }

  @Test
  void whoShowsNoClockMayStillSay() {
    clock.onHeartbeat(1, 0, 40 * MS);
    clock.onHeartbeat(1, 0, 50 * MS);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(50 * MS);
    clock.onHeartbeat(1, 0, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(SILENT);
  }

  @Test
  void aClockThatStopsOrRunsBackIsNone() {
    clock.onHeartbeat(1, 900 * MS, SILENT);
    clock.onHeartbeat(1, 0, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(SILENT);
    clock.onHeartbeat(1, 5_000 * MS, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).as("nothing to compare with").isEqualTo(SILENT);
    clock.onHeartbeat(1, 4_000 * MS, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).as("it ran back").isEqualTo(SILENT);
    clock.onHeartbeat(1, 4_150 * MS, SILENT);
    assertThat(clock.gap().lateNanos(INTERVAL)).isEqualTo(50 * MS);
  }
}
