package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Preservation and admission through the kernel. Suspect 4 s, resume window 5 s, timeout 6 s. */
final class KernelShelterTest {
  private static final int FLEET = 10;

  /** A fleet of ten, past the warm-up, all heard just now. */
  private static List<ManualClient> fleet(Rig rig) {
    List<ManualClient> clients = new ArrayList<>();
    for (int i = 0; i < FLEET; i++) {
      ManualClient client = rig.client(rig.first, new InstanceKey("orders", "i" + i));
      client.register();
      clients.add(client);
    }
    rig.turn();
    for (int i = 0; i < 10; i++) {
      rig.run(2 * SECOND);
      clients.forEach(ManualClient::heartbeat);
    }
    rig.changes.clear();
    return clients;
  }

  private static DetectorMode mode(Rig rig) {
    return rig.kernel.mode(rig.now());
  }

  private static long count(Rig rig, State state) {
    return rig.changes.stream().filter(change -> change.after().state() == state).count();
  }

  @Origins
  void allSilentAtOnce(long origin) {
    Rig rig = new Rig(origin);
    fleet(rig);
    rig.run(4 * SECOND - 1);
    assertThat(rig.changes).isEmpty();
    rig.settle();
    assertThat(count(rig, State.SUSPECT)).as("on time").isEqualTo(FLEET);
    assertThat(mode(rig)).isEqualTo(DetectorMode.PRESERVATION);
    rig.run(4 * SECOND - 10 * MS);
    assertThat(count(rig, State.DEAD)).as("held for an interval past 6 s").isZero();
    rig.run(SECOND);
    assertThat(count(rig, State.DEAD)).as("half of them").isBetween(4L, 6L);
    assertThat(mode(rig)).isEqualTo(DetectorMode.PRESERVATION);
    rig.run(SECOND + 10 * MS);
    assertThat(count(rig, State.DEAD)).isEqualTo(FLEET);
    assertThat(rig.changes)
        .filteredOn(change -> change.after().state() == State.DEAD)
        .allMatch(change -> change.cause() == Cause.SILENCE)
        .allMatch(change -> change.evidence().overdueNanos() >= 2 * SECOND);
    assertThat(mode(rig)).isEqualTo(DetectorMode.NORMAL);
  }

  @Origins
  void whoComesBackInTheHoldWasNeverDead(long origin) {
    Rig rig = new Rig(origin);
    List<ManualClient> clients = fleet(rig);
    rig.run(7_900 * MS);
    clients.forEach(ManualClient::heartbeat);
    rig.turn();
    assertThat(count(rig, State.ALIVE)).isEqualTo(FLEET);
    assertThat(count(rig, State.DEAD)).isZero();
    assertThat(mode(rig)).isEqualTo(DetectorMode.NORMAL);
  }

  @Test
  void fourOfTenAreJudgedAsEver() {
    Rig rig = new Rig(0);
    List<ManualClient> clients = fleet(rig);
    for (int i = 0; i < 4; i++) {
      rig.run(2 * SECOND);
      clients.stream().skip(4).forEach(ManualClient::heartbeat);
      assertThat(mode(rig)).isEqualTo(DetectorMode.NORMAL);
    }
    assertThat(count(rig, State.DEAD)).isEqualTo(4);
  }

  @Test
  void silentWithoutPreservation() {
    Settings standard = Settings.DEFAULT;
    Settings off =
        new Settings(
            standard.maxInstances(),
            standard.maxOverrides(),
            standard.maxMailPerTurn(),
            standard.maxExpiriesPerTurn(),
            standard.maxRemovalsPerTurn(),
            standard.retentionMillis(),
            standard.minEndedKept(),
            0,
            false,
            true,
            standard.maxGroups(),
            standard.roles());
    Rig rig = new Rig(0, off);
    fleet(rig);
    rig.run(6 * SECOND);
    rig.settle();
    assertThat(count(rig, State.DEAD)).isEqualTo(FLEET);
    assertThat(mode(rig)).isEqualTo(DetectorMode.NORMAL);
  }

  @Origins
  void allLostAtOnce(long origin) {
    Rig rig = new Rig(origin);
    List<ManualClient> clients = fleet(rig);
    clients.forEach(client -> client.end(News.End.LOST));
    rig.turn();
    assertThat(count(rig, State.SUSPECT)).as("at once").isEqualTo(FLEET);
    assertThat(mode(rig)).isEqualTo(DetectorMode.PRESERVATION);
    rig.run(5_900 * MS);
    assertThat(count(rig, State.DEAD)).as("5 s is their resume window").isZero();
    assertThat(mode(rig)).isEqualTo(DetectorMode.PRESERVATION);
    for (int i = 0; i < 5; i++) {
      ManualClient next = rig.client(rig.second, clients.get(i).key);
      next.presented = clients.get(i).token();
      next.register();
    }
    rig.run(200 * MS);
    assertThat(count(rig, State.ALIVE)).isEqualTo(5);
    assertThat(count(rig, State.DEAD)).isEqualTo(5);
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(mode(rig)).isEqualTo(DetectorMode.NORMAL);
  }

  /** The last of several modes is told. */
  @Test
  void modesAreToldInTheirOrder() {
    Rig rig = new Rig(0);
    fleet(rig);
    rig.longestWait = 101 * MS;
    rig.step(10 * MS);
    assertThat(mode(rig)).isEqualTo(DetectorMode.ADMITTING);
    rig.longestWait = 0;
    rig.step(50 * MS);
    assertThat(mode(rig)).isEqualTo(DetectorMode.PAUSED);
    rig.longestWait = 101 * MS;
    rig.step(10 * MS);
    assertThat(mode(rig)).isEqualTo(DetectorMode.ADMITTING);
    rig.longestWait = 0;
    rig.run(4_100 * MS);
    rig.longestWait = 101 * MS;
    rig.step(10 * MS);
    assertThat(mode(rig)).isEqualTo(DetectorMode.PRESERVATION);
  }

  @Origins
  void deadlinesWaitWithThoseWhoQueue(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    rig.runTo(SECOND);
    rig.longestWait = 101 * MS;
    rig.run(25 * SECOND);
    assertThat(rig.changes).hasSize(1);
    rig.longestWait = 100 * MS;
    rig.runTo(29 * SECOND - 10 * MS);
    assertThat(rig.changes).hasSize(1);
    rig.run(60 * MS);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    rig.run(2 * SECOND);
    rig.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(rig.last().evidence().serverPauseNanos()).isBetween(24_900 * MS, 25 * SECOND);
  }

  /** A queue that never ends. */
  @Origins
  void andNotForEver(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    rig.runTo(SECOND);
    rig.longestWait = 101 * MS;
    rig.runTo(36 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.run(30 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
  }
}
