package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A sender whose thread does not run: who depends on it is told all the same. Interval 2 s, the
 * fence 4.74 s. Confined to the test's thread.
 */
final class WatchdogTest {
  @RegisterExtension final ScriptedServer server = new ScriptedServer();

  private SenderRig registered() {
    SenderRig rig = new SenderRig(server).turn();
    assertThat(rig.told()).containsExactly("registered 7");
    return rig;
  }

  @Test
  void tellsOnceThatTheThreadDoesNotRun() {
    SenderRig rig = registered().starve(4000);
    assertThat(rig.look()).isZero(); // in 1 ns
    rig.starve(1);
    assertThat(rig.look()).as("a second look").isEqualTo(20);
    assertThat(rig.told()).isEmpty();
    rig.starve(20);
    assertThat(rig.look()).as("until the fence").isEqualTo(719);
    assertThat(rig.told()).containsExactly("starved 2021");
    rig.starve(100);
    rig.look();
    assertThat(rig.told()).isEmpty();
  }

  @Test
  void tellsAgainWhenItHadRun() {
    SenderRig rig = registered().starve(4001);
    rig.look();
    rig.starve(20).look();
    assertThat(rig.told()).containsExactly("starved 2021");
    rig.turn();
    rig.look();
    rig.starve(4001);
    rig.look();
    rig.starve(20).look();
    assertThat(rig.told()).containsExactly("starved 2042");
  }

  @Test
  void aProcessThatStoodStillIsNotStarved() {
    SenderRig rig = registered().starve(4500);
    rig.look();
    rig.starve(1).turn();
    rig.starve(20).look();
    assertThat(rig.told()).isEmpty();
  }

  @Test
  void tellsTheEndOfBeliefInTime() {
    SenderRig rig = registered().starve(4740);
    rig.look();
    assertThat(rig.told()).isEmpty();
    rig.starve(20).look();
    assertThat(rig.told()).containsExactly("starved 2760", "expired");
    assertThat(rig.core().isCurrent()).isFalse();
    rig.starve(3000).look();
    assertThat(rig.told()).isEmpty();
    rig.turn();
    rig.look();
    assertThat(rig.told()).as("heard again").containsExactly("restored");
    rig.advance(60_000);
    rig.look();
    assertThat(rig.told()).isEmpty();
  }

  /** The ack lay in the mailbox: the thread itself never knew of an end. */
  @Test
  void tellsThatBeliefGoesOnWhereTheThreadNeverKnew() {
    SenderRig rig = registered().starve(2000);
    assertThat(rig.core().turn()).as("the ack wakes it").isZero();
    rig.starve(2740);
    rig.look();
    rig.starve(20).look();
    assertThat(rig.told()).containsExactly("expired");
    rig.turn();
    assertThat(rig.core().isCurrent()).isTrue();
    rig.look();
    assertThat(rig.told()).containsExactly("restored");
    rig.look();
    assertThat(rig.told()).isEmpty();
  }

  @Test
  void saysNothingOfASenderThatLeaves() {
    SenderRig rig = registered();
    rig.core().close("", 900_000_000L);
    rig.starve(10_000).look();
    rig.starve(20).look();
    assertThat(rig.told()).isEmpty();
  }
}
