package io.pulsewatch.server.simulation;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Worlds in which something was found once. */
final class NamedSeedsTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  /** One reader stops, then the other, and a beat is read by the first when it wakes up. */
  @Test
  void readersPausedOneAfterTheOther() {
    plays(1_029_026_834L, 6);
  }

  /** A stream is lost just after its silence was due, and the door looks anew. */
  @Test
  void lostWhenItsSilenceWasDue() {
    plays(77_000_005L, 9);
  }

  /** A drain is over, and a pause was announced by one without a resume window. */
  @Test
  void noWindowAndAnAnnouncedPauseInADrain() {
    plays(20_250_081L, 1);
  }

  private static void plays(long seed, long hours) {
    SimulatedWorld world = new SimulatedWorld(seed, Fault.NONE);
    assertThatCode(() -> world.run(hours * HOUR)).doesNotThrowAnyException();
  }
}
