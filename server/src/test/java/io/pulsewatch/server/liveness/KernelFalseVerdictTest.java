package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A verdict proved false is counted: once, and only where the very incarnation is heard again. */
final class KernelFalseVerdictTest {
  @Origins
  void theTokenOfADeadIncarnationProvesItFalse(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = dead(rig);
    client.presented = client.token();
    client.register();
    rig.turn();
    assertThat(client.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
    assertThat(rig.falseVerdicts).containsExactly(Cause.SILENCE);

    client.register();
    rig.turn();
    assertThat(rig.falseVerdicts).as("counted once").hasSize(1);
  }

  @Test
  void soDoesItsProcess() {
    Rig rig = new Rig(0);
    ManualClient client = rig.client();
    client.processId = "p1";
    client.register();
    rig.turn();
    rig.run(7 * SECOND);
    rig.settle();
    rig.assertLast(State.DEAD, Cause.SILENCE);
    client.register();
    rig.turn();
    assertThat(rig.falseVerdicts).containsExactly(Cause.SILENCE);
    rig.assertLast(State.ALIVE, Cause.REGISTERED);
  }

  @Test
  void soDoesABeatWithItsToken() {
    Rig rig = new Rig(0);
    ManualClient client = dead(rig);
    client.presented = client.token();
    client.beat(News.heard(2, 0, Gap.NONE, null));
    rig.turn();
    assertThat(rig.falseVerdicts).containsExactly(Cause.SILENCE);
  }

  @Test
  void soDoesAHeartbeatOnItsStream() {
    Rig rig = new Rig(0);
    ManualClient client = dead(rig);
    client.heartbeat();
    rig.turn();
    assertThat(rig.falseVerdicts).containsExactly(Cause.SILENCE);
    assertThat(rig.state()).as("it stays dead").isEqualTo(State.DEAD);
  }

  @Test
  void aLostStreamThatComesBackTooLateProvesItFalse() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    client.end(News.End.LOST);
    rig.run(7 * SECOND);
    rig.settle();
    rig.assertLast(State.DEAD, Cause.STREAM_LOST);
    client.presented = client.token();
    client.register();
    rig.turn();
    assertThat(rig.falseVerdicts).containsExactly(Cause.STREAM_LOST);
  }

  @Test
  void aRestartedProcessProvesNothing() {
    Rig rig = new Rig(0);
    dead(rig);
    ManualClient restarted = rig.client();
    restarted.processId = "another";
    restarted.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.REGISTERED);
    assertThat(rig.falseVerdicts).isEmpty();
  }

  @Test
  void whoLeftOrWasSupersededWasNotJudged() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    ManualClient other = rig.client();
    other.takeOver = true;
    other.register();
    rig.turn();
    client.heartbeat();
    client.presented = client.token();
    client.register();
    rig.turn();
    other.end(News.End.LEFT);
    rig.turn();
    other.presented = other.token();
    other.register();
    rig.turn();
    assertThat(rig.changes).extracting(Change::cause).contains(Cause.SUPERSEDED, Cause.LEAVE);
    assertThat(rig.falseVerdicts).isEqualTo(List.of());
  }

  /** Registered, and silent for so long that it is dead. */
  private static ManualClient dead(Rig rig) {
    ManualClient client = rig.registered();
    rig.run(7 * SECOND);
    rig.settle();
    rig.assertLast(State.DEAD, Cause.SILENCE);
    return client;
  }
}
