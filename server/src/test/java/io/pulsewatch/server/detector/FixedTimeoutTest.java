package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The fixed detector, and what all share. Confined to the test's thread. */
final class FixedTimeoutTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @Test
  void itsSilenceIsTwoIntervalsUnlessSaid() {
    assertThat(new DetectorChoice.Fixed(0).create(SECOND).silenceNanos()).isEqualTo(2 * SECOND);
    Detector said = new DetectorChoice.Fixed(3 * SECOND).create(SECOND);
    assertThat(said.onHeartbeat(1, 0)).isEqualTo(3 * SECOND);
    assertThat(said.onUnrecorded(1, 90 * SECOND)).isEqualTo(3 * SECOND);
  }
}
