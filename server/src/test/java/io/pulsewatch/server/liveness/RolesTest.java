package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static io.pulsewatch.server.liveness.RoleRig.ROLE;
import static io.pulsewatch.server.liveness.RoleRig.TIMEOUT;
import static io.pulsewatch.server.liveness.RoleRig.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is granted a role, and when it passes on. Timeout 6 s, resume window 5 s. */
final class RolesTest {
  private RoleRig roles = new RoleRig(0, RoleRig.DURABLE);

  @Test
  void whoStandsFirstIsGrantedItAndToldSo() {
    ManualClient a = roles.stands("a", 0);
    assertThat(token(a)).isPositive();
    roles.rig.assertLast(State.ALIVE, Cause.ROLE_GRANTED);
    assertThat(roles.rig.last().after().roles()).extracting(HeldRole::name).containsExactly(ROLE);
    assertThat(a.lastReply()).isInstanceOf(Answer.Told.class);
    assertThat(roles.rig.drafts.get(roles.rig.drafts.size() - 1).binding()).isTrue();
  }

  @Test
  void aBetterOneThatComesLaterWaits() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 100);
    roles.run(10 * TIMEOUT);
    assertThat(token(a)).isPositive();
    assertThat(token(b)).isZero();
  }

  @Test
  void theHeaviestGoesFirstThenWhoCameFirst() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 1);
    ManualClient c = roles.stands("c", 2);
    ManualClient d = roles.stands("d", 2);
    long first = token(a);
    roles.leave(a);
    assertThat(token(c)).isGreaterThan(first);
    roles.leave(c);
    assertThat(token(d)).isPositive();
    roles.leave(d);
    assertThat(token(b)).isPositive();
  }

  @Origins
  void itPassesOnAtDeadAndNotAtSuspect(long origin) {
    roles = new RoleRig(origin, RoleRig.DURABLE);
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    long since = roles.rig.nanos();
    roles.beating.remove(a);
    roles.run(TIMEOUT - 20 * MS);
    assertThat(roles.stateOf(a)).isEqualTo(State.SUSPECT);
    assertThat(token(b)).isZero();
    roles.run(60 * MS);
    assertThat(roles.stateOf(a)).isEqualTo(State.DEAD);
    assertThat(token(b)).isPositive();
    assertThat(roles.rig.nanos() - since).isLessThan(TIMEOUT + 100 * MS);
    assertThat(roles.last(a).roles()).isEmpty();
  }

  @Test
  void aLostStreamPassesOnAfterTheResumeWindow() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.lose(a);
    roles.run(Rig.TIMES.resumeWindowNanos() - 20 * MS);
    assertThat(token(b)).isZero();
    roles.run(60 * MS);
    assertThat(token(b)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = News.End.class,
      names = {"LEFT", "CLOSED"})
  void aGoodbyePassesOnAtOnce(News.End end) {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.beating.remove(a);
    a.end(end);
    roles.rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoGivesItUpStandsForItNoMore() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    a.release(new Released(Set.of(token(a)), Set.of()));
    roles.rig.turn();
    assertThat(token(a)).isZero();
    assertThat(token(b)).isPositive();
    assertThat(roles.last(a).details().roles()).isEmpty();
    roles.leave(b);
    roles.run(TIMEOUT);
    assertThat(token(a)).isZero();
    a.presented = a.token();
    a.register();
    roles.rig.turn();
    assertThat(token(a)).isPositive();
  }

  @Test
  void byNameItGivesUpWhatItWasToldToHold() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    a.release(new Released(Set.of(), Set.of(ROLE, "another")));
    roles.rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void aResumeKeepsIt() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    long token = token(a);
    roles.lose(a);
    roles.run(SECOND);
    a.presented = a.token();
    roles.register(a);
    assertThat(a.granted().resumed()).isTrue();
    assertThat(token(a)).isEqualTo(token);
    roles.run(TIMEOUT);
    assertThat(token(a)).isEqualTo(token);
    assertThat(token(b)).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"STARTING", "NOT_SERVING", "DRAINING"})
  void onlyWhoServesIsGrantedIt(Status status) {
    ManualClient a = roles.client("a", 0);
    a.status = status;
    roles.register(a);
    roles.run(SECOND);
    assertThat(token(a)).isZero();
    a.heartbeat(10, Status.SERVING);
    roles.rig.turn();
    assertThat(token(a)).isPositive();
    a.heartbeat(11, Status.NOT_SERVING);
    roles.rig.turn();
    assertThat(token(a)).isPositive();
  }

  @Test
  void maintenanceIsNoTimeForARole() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    OperatorOverride maintenance =
        new OperatorOverride(OperatorOverride.Kind.MAINTENANCE, "", OperatorOverride.NEVER);
    roles.rig.offer(new Command.SetOverride(b, b.key, maintenance));
    roles.leave(a);
    roles.run(SECOND);
    assertThat(token(b)).isZero();
    roles.rig.offer(new Command.SetOverride(b, b.key, null));
    roles.rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void whatNobodyKeptMayBeHeldForATimeout() {
    roles = new RoleRig(0); // it forgets at each start: 15 s, and the timeout of who is granted it
    ManualClient a = roles.client("a", 0);
    a.times = Times.grant(10 * SECOND, Times.UNSET, Times.UNSET);
    roles.register(a);
    roles.run(30 * SECOND - 50 * MS);
    assertThat(token(a)).isZero();
    roles.run(100 * MS);
    assertThat(token(a)).isPositive();
  }

  @Test
  void limitsRefuseWhoWantsMore() {
    Settings small =
        new Settings(
            100, 10, 512, 512, 100, 3_600_000, 100, 0, true, true, 10, new RoleLimits(2, 2));
    roles = new RoleRig(0, small);
    roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    ManualClient c = roles.stands("c", 0);
    assertThat(c.refusal()).isEqualTo(Answer.Refusal.LIMIT_ROLES);
    c.roles = List.of("x", "y");
    roles.register(c);
    assertThat(c.refusal()).isEqualTo(Answer.Refusal.LIMIT_ROLES);
    c.roles = List.of("x");
    roles.register(c);
    assertThat(c.granted().resumed()).isFalse();
    b.presented = b.token();
    roles.register(b); // whoever stood for it may stand for it
    assertThat(b.granted().resumed()).isTrue();
    b.presented = b.token();
    b.roles = List.of(ROLE, "y");
    roles.register(b); // a resume goes on without what there is no room for
    assertThat(b.granted().resumed()).isTrue();
    assertThat(roles.last(b).details().roles()).containsExactly(ROLE);
    roles.leave(c);
    roles.run(50 * MS);
    c.roles = List.of("y");
    roles.register(c); // nobody stands for x any more
    assertThat(c.refusal()).isNull();
  }

  @Test
  void anOlderBeatGivesUpNothingByName() {
    ManualClient a = roles.stands("a", 0);
    a.presented = a.token();
    long token = token(a);
    a.beat(News.heard(5, 0, Gap.NONE, null));
    roles.rig.turn();
    a.beat(News.heard(5, 0, Gap.NONE, null).releasing(new Released(Set.of(), Set.of(ROLE))));
    roles.rig.turn();
    assertThat(token(a)).isEqualTo(token);
    a.beat(News.heard(6, 0, Gap.NONE, null).releasing(new Released(Set.of(), Set.of(ROLE))));
    roles.rig.turn();
    assertThat(roles.last(a).roles()).isEmpty();
  }

  @Test
  void nobodyIsToldBeforeTheLedgerHasIt() {
    ManualClient a = roles.client("a", 0);
    roles.register(a);
    assertThat(token(a)).isPositive();
    ManualClient b = roles.stands("b", 0);
    roles.rig.slow = true;
    roles.leave(a);
    roles.run(SECOND);
    assertThat(token(b)).isZero();
    assertThat(b.pulse.roles()).isEmpty();
    assertThat(roles.handOver(b, null)).isInstanceOf(Answer.RoleRefused.class);
    roles.rig.comeBack();
    assertThat(token(b)).isPositive();
  }

  @Test
  void nothingIsGrantedWhileTheLedgerIsAway() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.rig.away = true;
    roles.leave(a);
    roles.run(SECOND);
    assertThat(token(b)).isZero();
    roles.rig.away = false;
    roles.rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoEndsBeforeItIsToldIsNotTold() {
    ManualClient a = roles.client("a", 0);
    a.roles = List.of();
    roles.register(a);
    roles.rig.slow = true;
    a.presented = a.token();
    a.roles = List.of(ROLE);
    roles.register(a);
    roles.rig.comeBack();
    roles.rig.slow = true;
    roles.rig.turn(); // granted, and on its way to the ledger
    a.end(News.End.LEFT);
    roles.rig.turn();
    roles.rig.comeBack();
    assertThat(a.pulse.roles()).isEmpty();
  }

  @Test
  void severalRolesAreOnesOwnEach() {
    ManualClient a = roles.client("a", 0);
    a.roles = List.of("x", "y");
    roles.register(a);
    ManualClient b = roles.client("b", 0);
    b.roles = List.of("y", "z");
    roles.register(b);
    assertThat(a.pulse.roles()).extracting(HeldRole::name).containsExactly("x", "y");
    assertThat(b.pulse.roles()).extracting(HeldRole::name).containsExactly("z");
    roles.leave(a);
    assertThat(b.pulse.roles()).extracting(HeldRole::name).containsExactly("y", "z");
  }
}
