package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.DetectorChoice;
import org.junit.jupiter.api.Test;

/** What others may read of an instance between its changes: how late it beats. */
final class VitalsTest {
  private final Rig rig = new Rig(0);
  private final ManualClient client = rig.client();

  @Test
  void latenessIsThatOfTheNewestStreamAndGoesOnWithTheSession() {
    Vitals vitals = register(DetectorChoice.DEFAULT);
    assertThat(vitals.lateness()).isEmpty();
    beat(5);
    assertThat(counted(vitals)).as("a first heartbeat ends no planned gap").isEqualTo(4);
    client.presented = client.token();
    client.end(News.End.LOST);
    client.register();
    rig.turn();
    assertThat(counted(vitals)).as("it knows what the old one learnt").isEqualTo(4);
    beat(3);
    assertThat(counted(vitals)).isEqualTo(6);
  }

  @Test
  void theDeadKeepTheirs() {
    Vitals vitals = register(DetectorChoice.DEFAULT);
    beat(5);
    rig.run(20 * SECOND);
    assertThat(rig.state()).isEqualTo(State.DEAD);
    assertThat(counted(vitals)).isEqualTo(4);
  }

  @Test
  void aFixedDetectorKeepsNone() {
    Vitals vitals = register(new DetectorChoice.Fixed(0));
    beat(5);
    assertThat(vitals.lateness()).isEmpty();
  }

  private Vitals register(DetectorChoice detector) {
    client.detector = detector;
    client.register();
    rig.turn();
    return rig.last().after().vitals();
  }

  private void beat(int times) {
    for (int i = 0; i < times; i++) {
      rig.run(2 * SECOND);
      client.heartbeat();
    }
  }

  private static long counted(Vitals vitals) {
    return vitals.lateness().stream().mapToLong(Detector.LatenessCount::count).sum();
  }
}
