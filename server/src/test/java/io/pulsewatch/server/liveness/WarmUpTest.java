package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** That not all who live are known yet is told whatever else is the matter. */
final class WarmUpTest {
  private static final int FLEET = 10;

  private static void assertTold(Rig rig, DetectorMode mode, boolean warmingUp) {
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(mode);
    assertThat(rig.kernel.isWarmingUp(rig.now())).isEqualTo(warmingUp);
  }

  /** Each mode on its own, one after another. */
  private static void assertToldInEachMode(Rig rig, DetectorMode calm, boolean warmingUp) {
    List<ManualClient> fleet = new ArrayList<>();
    for (int i = 0; i < FLEET; i++) {
      ManualClient client = rig.client(rig.first, new InstanceKey("orders", "i" + i));
      client.register();
      fleet.add(client);
    }
    rig.turn();
    assertTold(rig, calm, warmingUp);
    rig.step(50 * MS);
    assertTold(rig, DetectorMode.PAUSED, warmingUp);
    rig.longestWait = 101 * MS;
    rig.step(10 * MS);
    assertTold(rig, DetectorMode.ADMITTING, warmingUp);
    rig.longestWait = 0;
    rig.run(SECOND);
    assertTold(rig, calm, warmingUp);
    fleet.forEach(client -> client.end(News.End.LOST));
    rig.turn();
    assertTold(rig, DetectorMode.PRESERVATION, warmingUp);
    rig.longestWait = 101 * MS;
    rig.step(50 * MS);
    assertTold(rig, DetectorMode.PRESERVATION, warmingUp);
  }

  @Origins
  void itIsToldInEachMode(long origin) {
    Rig rig = new Rig(origin);
    assertTold(rig, DetectorMode.WARM_UP, true);
    assertToldInEachMode(rig, DetectorMode.WARM_UP, true);
  }

  @Origins
  void thatItIsOverIsToldInEachMode(long origin) {
    Rig rig = new Rig(origin);
    rig.runTo(15 * SECOND - 1);
    assertTold(rig, DetectorMode.WARM_UP, true);
    rig.runTo(15 * SECOND);
    assertTold(rig, DetectorMode.NORMAL, false);
    assertToldInEachMode(rig, DetectorMode.NORMAL, false);
  }

  /** Nobody could come back meanwhile. */
  @Origins
  void ourPausesDoNotCount(long origin) {
    Rig rig = new Rig(origin);
    rig.runTo(SECOND);
    rig.step(20 * SECOND);
    assertTold(rig, DetectorMode.PAUSED, true);
    rig.run(14 * SECOND - 20 * MS);
    assertTold(rig, DetectorMode.WARM_UP, true);
    rig.run(20 * MS);
    assertTold(rig, DetectorMode.NORMAL, false);
  }

  /** Those who queue are on their way back, and not known yet. */
  @Origins
  void nobodyIsKnownByQueueing(long origin) {
    Rig rig = new Rig(origin);
    rig.runTo(SECOND);
    rig.longestWait = 101 * MS;
    rig.run(20 * SECOND);
    assertTold(rig, DetectorMode.ADMITTING, true);
    rig.longestWait = 0;
    rig.run(14 * SECOND - 20 * MS);
    assertTold(rig, DetectorMode.WARM_UP, true);
    rig.run(30 * MS);
    assertTold(rig, DetectorMode.NORMAL, false);
  }

  /** A queue that never ends holds it for 30 s, as it holds deadlines. */
  @Origins
  void andNotForEver(long origin) {
    Rig rig = new Rig(origin);
    rig.longestWait = 101 * MS;
    rig.runTo(45 * SECOND - 20 * MS);
    assertThat(rig.kernel.isWarmingUp(rig.now())).isTrue();
    rig.run(60 * MS);
    assertTold(rig, DetectorMode.NORMAL, false);
  }
}
