package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A kernel goes on with the roles that another one left. */
final class RecallRolesTest {
  private static final Settings DURABLE =
      new Settings(1_000, 100, 512, 512, 100, 3_600_000, 100, 0);
  private static final long TIMEOUT = Rig.TIMES.timeoutNanos();
  private static final String ROLE = "writer";

  private final Restart restart = new Restart(DURABLE);

  @Test
  void whoHeldItHoldsItForAWholeTimeout() {
    stands(restart.before, "a");
    stands(restart.before, "b");
    restart.restart();
    ManualClient b = stands(restart.after, "b");
    assertThat(b.granted().resumed()).isTrue();
    run(b, TIMEOUT - 50 * MS);
    assertThat(token(b)).isZero();
    run(b, 100 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoComesBackIsToldThatItHoldsIt() {
    ManualClient a = stands(restart.before, "a");
    restart.restart();
    ManualClient again = stands(restart.after, "a");
    assertThat(again.granted().resumed()).isTrue();
    assertThat(again.pulse.roles()).isEqualTo(a.pulse.roles());
  }

  @Test
  void aWaitIsWholeAgain() {
    ManualClient a = stands(restart.before, "a");
    ManualClient b = stands(restart.before, "b");
    restart.before.offer(new Command.HandOver(reply -> {}, ROLE, b.key, "test"));
    restart.before.run(2 * SECOND);
    restart.restart();
    ManualClient c = stands(restart.after, "c");
    c.weight = 9;
    ManualClient again = stands(restart.after, "b");
    assertThat(token(a)).isZero();
    for (long waited = 0; waited < TIMEOUT - SECOND; waited += SECOND) {
      c.heartbeat(0, null);
      run(again, SECOND);
    }
    c.heartbeat(0, null);
    run(again, SECOND - 50 * MS);
    assertThat(token(c)).isZero();
    assertThat(token(again)).isZero();
    run(again, 100 * MS);
    assertThat(token(again)).isPositive();
    assertThat(token(c)).isZero();
  }

  @Test
  void aWaitGrowsWithNoRestart() {
    RoleWait wait =
        new RoleWait(
            ROLE, new InstanceKey("orders", "a"), 1, 2, TIMEOUT, false, null, "", 0, TIMEOUT);
    Stretched stretched = new Stretched(200, 400);
    for (int start = 0; start < 2; start++) {
      Rig rig = new Rig(0, DURABLE);
      rig.kernel.recall(new Kept(List.of(), Map.of(), 0, 0, stretched, List.of(wait)), rig.now());
      Note.RoleAwaited noted = (Note.RoleAwaited) rig.notes.get(rig.notes.size() - 1);
      wait = Objects.requireNonNull(noted.waiting());
      assertThat(wait.nanos()).isEqualTo(TIMEOUT);
    }
  }

  /** Others may hold roles by what another ledger says. */
  @Test
  void whereALineageBeginsNobodyIsGrantedARoleForAWhile() {
    Rig rig = new Rig(0, DURABLE);
    rig.kernel.recall(
        new Kept(List.of(), Map.of(), 0, 0, Stretched.NOT, List.of(), true), rig.now());
    ManualClient a = stands(rig, "a");
    run(rig, a, 15 * SECOND - 50 * MS);
    assertThat(token(a)).isZero();
    run(rig, a, 100 * MS);
    assertThat(token(a)).isPositive();
  }

  /** A candidate that nobody has heard since may be long gone. */
  @Test
  void whoIsNotBackIsGrantedNothing() {
    ManualClient a = stands(restart.before, "a");
    stands(restart.before, "b");
    restart.before.away = true; // so the role is vacant when the process ends
    a.end(News.End.LEFT);
    restart.before.turn();
    restart.restart();
    restart.after.run(SECOND);
    assertThat(restart.after.changes).isEmpty();
    ManualClient b = stands(restart.after, "b");
    assertThat(token(b)).isPositive();
  }

  private static ManualClient stands(Rig rig, String id) {
    ManualClient client = rig.client(rig.first, new InstanceKey("orders", id));
    client.processId = id;
    client.roles = List.of(ROLE);
    client.register();
    rig.turn();
    return client;
  }

  private void run(ManualClient beating, long nanos) {
    run(restart.after, beating, nanos);
  }

  private static void run(Rig rig, ManualClient beating, long nanos) {
    long end = rig.nanos() + nanos;
    while (rig.nanos() - end < 0) {
      beating.heartbeat(0, null);
      rig.run(Math.min(SECOND, end - rig.nanos()));
    }
  }

  private static long token(ManualClient client) {
    return client.pulse.roles().stream().mapToLong(HeldRole::token).findAny().orElse(0);
  }
}
