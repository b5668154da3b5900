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

/** A role that is taken from its holder, who may still believe. Timeout 6 s, resume window 5 s. */
final class RoleTakenTest {
  private final RoleRig roles = new RoleRig(0, RoleRig.DURABLE);

  @Test
  void anOlderReleaseGivesUpNoNewerGrant() {
    ManualClient a = roles.stands("a", 0);
    long old = token(a);
    assertThat(roles.handOver(a, null)).isInstanceOf(Answer.RoleRefused.class);
    ManualClient b = roles.stands("b", 0);
    roles.handOver(b, b.key);
    roles.run(TIMEOUT + 50 * MS);
    roles.leave(b);
    long newer = token(a);
    assertThat(newer).isGreaterThan(old);
    a.release(new Released(Set.of(old), Set.of()));
    roles.rig.turn();
    assertThat(token(a)).isEqualTo(newer);
  }

  @Test
  void handedOverItWaitsForTheConfirmation() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 100);
    ManualClient c = roles.stands("c", 0);
    long token = token(a);
    Answer.Reply reply = roles.handOver(b, c.key);
    assertThat(reply).isInstanceOf(Answer.Done.class);
    roles.rig.assertLast(State.ALIVE, Cause.ROLE_LOST);
    assertThat(a.pulse.roles()).isEmpty();
    assertThat(roles.handOver(b, null)).isInstanceOf(Answer.RoleRefused.class);
    roles.run(SECOND);
    assertThat(token(c)).isZero();
    a.release(new Released(Set.of(token - 1), Set.of("another")));
    roles.rig.turn();
    assertThat(token(c)).as("that was something else").isZero();
    a.release(new Released(Set.of(token), Set.of()));
    roles.rig.turn();
    assertThat(token(c)).isPositive();
    assertThat(token(b)).isZero();
    assertThat(roles.last(a).details().roles()).containsExactly(ROLE);
  }

  @Test
  void withoutConfirmationItWaitsForTheTimeoutThatBeginsWithTheNextTurn() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.handOver(b, null);
    roles.run(500 * MS);
    long begun = roles.rig.nanos() - 490 * MS; // the first turn after it was told
    roles.run(TIMEOUT - 500 * MS);
    assertThat(roles.rig.nanos() - begun).isLessThan(TIMEOUT);
    assertThat(token(b)).isZero();
    roles.run(30 * MS);
    assertThat(token(b)).isPositive();
    assertThat(token(a)).isZero();
  }

  @Test
  void anAnnouncedPauseIsWaitedFor() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.beating.remove(a);
    a.hold(60 * SECOND);
    roles.rig.turn();
    roles.handOver(b, null);
    roles.run(60 * SECOND - 100 * MS);
    assertThat(token(b)).isZero();
    roles.run(200 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void aHolderThatDiesWhileItIsAskedPassesItOn() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.handOver(b, null);
    roles.run(SECOND);
    roles.leave(a);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoIsSupersededMayStillBelieve() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    ManualClient successor = roles.client("a", 100);
    successor.processId = "another";
    successor.takeOver = true;
    roles.beating.remove(a);
    roles.register(successor);
    assertThat(roles.rig.changes).extracting(Change::cause).contains(Cause.SUPERSEDED);
    roles.run(TIMEOUT - 50 * MS);
    assertThat(token(successor)).isZero();
    assertThat(token(b)).isZero();
    roles.run(100 * MS);
    assertThat(token(successor)).isPositive();
    assertThat(token(b)).isZero();
  }

  @Test
  void whoIsSupersededWhileItIsAskedIsWaitedForOnceMore() {
    ManualClient a = roles.stands("a", 0);
    long token = token(a);
    ManualClient b = roles.stands("b", 0);
    roles.handOver(b, null);
    roles.run(3 * SECOND);
    ManualClient successor = roles.client("a", 0);
    successor.processId = "another";
    successor.takeOver = true;
    roles.beating.remove(a);
    roles.register(successor);
    successor.release(new Released(Set.of(token), Set.of(ROLE)));
    roles.run(TIMEOUT - 50 * MS);
    assertThat(token(b)).isZero();
    roles.run(100 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoIsSupersededInItsPauseIsWaitedForAsLong() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    roles.handOver(b, null);
    a.hold(60 * SECOND);
    roles.rig.turn();
    ManualClient successor = roles.client("a", 0);
    successor.processId = "another";
    successor.takeOver = true;
    roles.beating.remove(a);
    roles.register(successor);
    roles.run(60 * SECOND - 100 * MS);
    assertThat(token(b)).isZero();
    roles.run(200 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void aResumeWithoutItHasItTaken() {
    ManualClient a = roles.stands("a", 0);
    ManualClient b = roles.stands("b", 0);
    a.presented = a.token();
    a.roles = List.of();
    roles.register(a);
    assertThat(token(a)).isZero();
    roles.run(TIMEOUT - 50 * MS);
    assertThat(token(b)).isZero();
    roles.run(100 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoDrainsIsAskedWhereThereIsAnother() {
    ManualClient a = roles.stands("a", 0);
    a.heartbeat(10, Status.DRAINING);
    roles.rig.turn();
    assertThat(token(a)).isPositive();
    ManualClient b = roles.stands("b", 0);
    assertThat(token(a)).isZero();
    a.release(new Released(Set.of(), Set.of(ROLE)));
    roles.rig.turn();
    assertThat(token(b)).isPositive();
    roles.leave(b);
    roles.run(TIMEOUT);
    assertThat(token(a)).isZero();
  }
}
