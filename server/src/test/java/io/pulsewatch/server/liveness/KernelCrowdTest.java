package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/** Thousands fall silent at once: interval 2 s, suspect after 4 s. */
final class KernelCrowdTest {
  private static final int CROWD = 8 * Verdicts.CROWD;
  private static final int TURNS = 40;

  /** Their reader ticks, and is too busy to look at its sockets. */
  @Origins
  void whoWaitForTheSamePassCostTheLoopLittle(long origin) {
    Rig rig = new Rig(origin);
    for (int i = 0; i < CROWD; i++) {
      rig.client(rig.first, new InstanceKey("orders", "o" + i)).register();
    }
    for (int i = 0; i < TURNS; i++) {
      rig.turn(); // each takes a part of the mail
    }
    assertThat(rig.changes).hasSize(CROWD);
    rig.runTo(4 * SECOND - 1);
    int looks = 0;
    for (int i = 0; i < TURNS; i++) {
      rig.pass(MS);
      rig.first.clock().tick(rig.nanos());
      rig.second.clock().tick(rig.nanos());
      rig.turn();
      looks += rig.lastWork;
    }
    assertThat(rig.changes).as("nobody has looked for their heartbeats").hasSize(CROWD);
    assertThat(looks).as("of " + TURNS * CROWD).isBetween(CROWD, TURNS * CROWD / 2);
    rig.settle();
    assertThat(rig.changes)
        .filteredOn(change -> change.after().state() == State.SUSPECT)
        .as("within " + Verdicts.CROWD_NANOS + " ns of the passes, and two turns")
        .hasSize(CROWD);
  }
}
