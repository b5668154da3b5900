package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is granted a role, who keeps it, and when it passes on. Timeout 6 s, resume window 5 s. */
final class RolesTest {
  private static final Settings DURABLE =
      new Settings(1_000, 100, 512, 512, 100, 3_600_000, 100, 0);
  private static final long TIMEOUT = Rig.TIMES.timeoutNanos();
  private static final String ROLE = "writer";

  private Rig rig = new Rig(0, DURABLE);
  private final List<ManualClient> beating = new ArrayList<>();

  @Test
  void whoStandsFirstIsGrantedItAndToldSo() {
    ManualClient a = stands("a", 0);
    assertThat(token(a)).isPositive();
    rig.assertLast(State.ALIVE, Cause.ROLE_GRANTED);
    assertThat(rig.last().after().roles()).extracting(HeldRole::name).containsExactly(ROLE);
    assertThat(a.lastReply()).isInstanceOf(Answer.Told.class);
    assertThat(rig.drafts.get(rig.drafts.size() - 1).binding()).isTrue();
  }

  @Test
  void aBetterOneThatComesLaterWaits() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 100);
    run(10 * TIMEOUT);
    assertThat(token(a)).isPositive();
    assertThat(token(b)).isZero();
  }

  @Test
  void theHeaviestGoesFirstThenWhoCameFirst() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 1);
    ManualClient c = stands("c", 2);
    ManualClient d = stands("d", 2);
    long first = token(a);
    leave(a);
    assertThat(token(c)).isGreaterThan(first);
    leave(c);
    assertThat(token(d)).isPositive();
    leave(d);
    assertThat(token(b)).isPositive();
  }

  @Origins
  void itPassesOnAtDeadAndNotAtSuspect(long origin) {
    rig = new Rig(origin, DURABLE);
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    long since = rig.nanos();
    beating.remove(a);
    run(TIMEOUT - 20 * MS);
    assertThat(stateOf(a)).isEqualTo(State.SUSPECT);
    assertThat(token(b)).isZero();
    run(60 * MS);
    assertThat(stateOf(a)).isEqualTo(State.DEAD);
    assertThat(token(b)).isPositive();
    assertThat(rig.nanos() - since).isLessThan(TIMEOUT + 100 * MS);
    assertThat(last(a).roles()).isEmpty();
  }

  @Test
  void aLostStreamPassesOnAfterTheResumeWindow() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    lose(a);
    run(Rig.TIMES.resumeWindowNanos() - 20 * MS);
    assertThat(token(b)).isZero();
    run(60 * MS);
    assertThat(token(b)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(
      value = News.End.class,
      names = {"LEFT", "CLOSED"})
  void aGoodbyePassesOnAtOnce(News.End end) {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    beating.remove(a);
    a.end(end);
    rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoGivesItUpStandsForItNoMore() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    a.release(new Released(Set.of(token(a)), Set.of()));
    rig.turn();
    assertThat(token(a)).isZero();
    assertThat(token(b)).isPositive();
    assertThat(last(a).details().roles()).isEmpty();
    leave(b);
    run(TIMEOUT);
    assertThat(token(a)).isZero();
    a.presented = a.token();
    a.register();
    rig.turn();
    assertThat(token(a)).isPositive();
  }

  @Test
  void byNameItGivesUpWhatItWasToldToHold() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    a.release(new Released(Set.of(), Set.of(ROLE, "another")));
    rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void anOlderReleaseGivesUpNoNewerGrant() {
    ManualClient a = stands("a", 0);
    long old = token(a);
    assertThat(handOver(a, null)).isInstanceOf(Answer.RoleRefused.class);
    ManualClient b = stands("b", 0);
    handOver(b, b.key);
    run(TIMEOUT + 50 * MS);
    leave(b);
    long newer = token(a);
    assertThat(newer).isGreaterThan(old);
    a.release(new Released(Set.of(old), Set.of()));
    rig.turn();
    assertThat(token(a)).isEqualTo(newer);
  }

  @Test
  void handedOverItWaitsForTheConfirmation() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 100);
    ManualClient c = stands("c", 0);
    long token = token(a);
    Answer.Reply reply = handOver(b, c.key);
    assertThat(reply).isInstanceOf(Answer.Done.class);
    rig.assertLast(State.ALIVE, Cause.ROLE_LOST);
    assertThat(a.pulse.roles()).isEmpty();
    assertThat(handOver(b, null)).isInstanceOf(Answer.RoleRefused.class);
    run(SECOND);
    assertThat(token(c)).isZero();
    a.release(new Released(Set.of(token - 1), Set.of("another")));
    rig.turn();
    assertThat(token(c)).as("that was something else").isZero();
    a.release(new Released(Set.of(token), Set.of()));
    rig.turn();
    assertThat(token(c)).isPositive();
    assertThat(token(b)).isZero();
    assertThat(last(a).details().roles()).containsExactly(ROLE);
  }

  @Test
  void withoutConfirmationItWaitsForTheTimeoutThatBeginsWithTheNextTurn() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    handOver(b, null);
    run(500 * MS);
    long begun = rig.nanos() - 490 * MS; // the first turn after it was told
    run(TIMEOUT - 500 * MS);
    assertThat(rig.nanos() - begun).isLessThan(TIMEOUT);
    assertThat(token(b)).isZero();
    run(30 * MS);
    assertThat(token(b)).isPositive();
    assertThat(token(a)).isZero();
  }

  @Test
  void anAnnouncedPauseIsWaitedFor() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    beating.remove(a);
    a.hold(60 * SECOND);
    rig.turn();
    handOver(b, null);
    run(60 * SECOND - 100 * MS);
    assertThat(token(b)).isZero();
    run(200 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void aHolderThatDiesWhileItIsAskedPassesItOn() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    handOver(b, null);
    run(SECOND);
    leave(a);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoIsSupersededMayStillBelieve() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    ManualClient successor = client("a", 100);
    successor.processId = "another";
    successor.takeOver = true;
    beating.remove(a);
    register(successor);
    assertThat(rig.changes).extracting(Change::cause).contains(Cause.SUPERSEDED);
    run(TIMEOUT - 50 * MS);
    assertThat(token(successor)).isZero();
    assertThat(token(b)).isZero();
    run(100 * MS);
    assertThat(token(successor)).isPositive();
    assertThat(token(b)).isZero();
  }

  @Test
  void whoIsSupersededWhileItIsAskedIsWaitedForOnceMore() {
    ManualClient a = stands("a", 0);
    long token = token(a);
    ManualClient b = stands("b", 0);
    handOver(b, null);
    run(3 * SECOND);
    ManualClient successor = client("a", 0);
    successor.processId = "another";
    successor.takeOver = true;
    beating.remove(a);
    register(successor);
    successor.release(new Released(Set.of(token), Set.of(ROLE)));
    run(TIMEOUT - 50 * MS);
    assertThat(token(b)).isZero();
    run(100 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoIsSupersededInItsPauseIsWaitedForAsLong() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    handOver(b, null);
    a.hold(60 * SECOND);
    rig.turn();
    ManualClient successor = client("a", 0);
    successor.processId = "another";
    successor.takeOver = true;
    beating.remove(a);
    register(successor);
    run(60 * SECOND - 100 * MS);
    assertThat(token(b)).isZero();
    run(200 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void aResumeKeepsIt() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    long token = token(a);
    lose(a);
    run(SECOND);
    a.presented = a.token();
    register(a);
    assertThat(a.granted().resumed()).isTrue();
    assertThat(token(a)).isEqualTo(token);
    run(TIMEOUT);
    assertThat(token(a)).isEqualTo(token);
    assertThat(token(b)).isZero();
  }

  @Test
  void aResumeWithoutItHasItTaken() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    a.presented = a.token();
    a.roles = List.of();
    register(a);
    assertThat(token(a)).isZero();
    run(TIMEOUT - 50 * MS);
    assertThat(token(b)).isZero();
    run(100 * MS);
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoDrainsIsAskedWhereThereIsAnother() {
    ManualClient a = stands("a", 0);
    a.heartbeat(10, Status.DRAINING);
    rig.turn();
    assertThat(token(a)).isPositive();
    ManualClient b = stands("b", 0);
    assertThat(token(a)).isZero();
    a.release(new Released(Set.of(), Set.of(ROLE)));
    rig.turn();
    assertThat(token(b)).isPositive();
    leave(b);
    run(TIMEOUT);
    assertThat(token(a)).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"STARTING", "NOT_SERVING", "DRAINING"})
  void onlyWhoServesIsGrantedIt(Status status) {
    ManualClient a = client("a", 0);
    a.status = status;
    register(a);
    run(SECOND);
    assertThat(token(a)).isZero();
    a.heartbeat(10, Status.SERVING);
    rig.turn();
    assertThat(token(a)).isPositive();
    a.heartbeat(11, Status.NOT_SERVING);
    rig.turn();
    assertThat(token(a)).isPositive();
  }

  @Test
  void maintenanceIsNoTimeForARole() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    OperatorOverride maintenance =
        new OperatorOverride(OperatorOverride.Kind.MAINTENANCE, "", OperatorOverride.NEVER);
    rig.offer(new Command.SetOverride(b, b.key, maintenance));
    leave(a);
    run(SECOND);
    assertThat(token(b)).isZero();
    rig.offer(new Command.SetOverride(b, b.key, null));
    rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void whatNobodyKeptMayBeHeldForATimeout() {
    rig = new Rig(0); // it forgets at each start: 15 s, and the timeout of who is granted it
    ManualClient a = client("a", 0);
    a.times = Times.grant(10 * SECOND, Times.UNSET, Times.UNSET);
    register(a);
    run(30 * SECOND - 50 * MS);
    assertThat(token(a)).isZero();
    run(100 * MS);
    assertThat(token(a)).isPositive();
  }

  @Test
  void limitsRefuseWhoWantsMore() {
    Settings small =
        new Settings(
            100, 10, 512, 512, 100, 3_600_000, 100, 0, true, true, 10, new RoleLimits(2, 2));
    rig = new Rig(0, small);
    stands("a", 0);
    ManualClient b = stands("b", 0);
    ManualClient c = stands("c", 0);
    assertThat(c.refusal()).isEqualTo(Answer.Refusal.LIMIT_ROLES);
    c.roles = List.of("x", "y");
    register(c);
    assertThat(c.refusal()).isEqualTo(Answer.Refusal.LIMIT_ROLES);
    c.roles = List.of("x");
    register(c);
    assertThat(c.granted().resumed()).isFalse();
    b.presented = b.token();
    register(b); // whoever stood for it may stand for it
    assertThat(b.granted().resumed()).isTrue();
    b.presented = b.token();
    b.roles = List.of(ROLE, "y");
    register(b); // a resume goes on without what there is no room for
    assertThat(b.granted().resumed()).isTrue();
    assertThat(last(b).details().roles()).containsExactly(ROLE);
    leave(c);
    run(50 * MS);
    c.roles = List.of("y");
    register(c); // nobody stands for x any more
    assertThat(c.refusal()).isNull();
  }

  @Test
  void anOlderBeatGivesUpNothingByName() {
    ManualClient a = stands("a", 0);
    a.presented = a.token();
    long token = token(a);
    a.beat(News.heard(5, 0, Gap.NONE, null));
    rig.turn();
    a.beat(News.heard(5, 0, Gap.NONE, null).releasing(new Released(Set.of(), Set.of(ROLE))));
    rig.turn();
    assertThat(token(a)).isEqualTo(token);
    a.beat(News.heard(6, 0, Gap.NONE, null).releasing(new Released(Set.of(), Set.of(ROLE))));
    rig.turn();
    assertThat(last(a).roles()).isEmpty();
  }

  @Test
  void nobodyIsToldBeforeTheLedgerHasIt() {
    ManualClient a = client("a", 0);
    register(a);
    assertThat(token(a)).isPositive();
    ManualClient b = stands("b", 0);
    rig.slow = true;
    leave(a);
    run(SECOND);
    assertThat(token(b)).isZero();
    assertThat(b.pulse.roles()).isEmpty();
    assertThat(handOver(b, null)).isInstanceOf(Answer.RoleRefused.class);
    rig.comeBack();
    assertThat(token(b)).isPositive();
  }

  @Test
  void nothingIsGrantedWhileTheLedgerIsAway() {
    ManualClient a = stands("a", 0);
    ManualClient b = stands("b", 0);
    rig.away = true;
    leave(a);
    run(SECOND);
    assertThat(token(b)).isZero();
    rig.away = false;
    rig.turn();
    assertThat(token(b)).isPositive();
  }

  @Test
  void whoEndsBeforeItIsToldIsNotTold() {
    ManualClient a = client("a", 0);
    a.roles = List.of();
    register(a);
    rig.slow = true;
    a.presented = a.token();
    a.roles = List.of(ROLE);
    register(a);
    rig.comeBack();
    rig.slow = true;
    rig.turn(); // granted, and on its way to the ledger
    a.end(News.End.LEFT);
    rig.turn();
    rig.comeBack();
    assertThat(a.pulse.roles()).isEmpty();
  }

  @Test
  void severalRolesAreOnesOwnEach() {
    ManualClient a = client("a", 0);
    a.roles = List.of("x", "y");
    register(a);
    ManualClient b = client("b", 0);
    b.roles = List.of("y", "z");
    register(b);
    assertThat(a.pulse.roles()).extracting(HeldRole::name).containsExactly("x", "y");
    assertThat(b.pulse.roles()).extracting(HeldRole::name).containsExactly("z");
    leave(a);
    assertThat(b.pulse.roles()).extracting(HeldRole::name).containsExactly("y", "z");
  }

  private ManualClient client(String id, int weight) {
    ManualClient client = rig.client(rig.first, new InstanceKey("orders", id));
    client.processId = id;
    client.weight = weight;
    client.roles = List.of(ROLE);
    return client;
  }

  private ManualClient stands(String id, int weight) {
    ManualClient client = client(id, weight);
    register(client);
    return client;
  }

  private void register(ManualClient client) {
    client.register();
    rig.turn();
    beating.remove(client);
    beating.add(client);
  }

  private void leave(ManualClient client) {
    beating.remove(client);
    client.end(News.End.LEFT);
    rig.turn();
  }

  private void lose(ManualClient client) {
    beating.remove(client);
    client.end(News.End.LOST);
    rig.turn();
  }

  private Answer.Reply handOver(ManualClient asks, @Nullable InstanceKey to) {
    List<Answer.Reply> replies = new ArrayList<>();
    rig.offer(new Command.HandOver(replies::add, ROLE, to, "test"));
    rig.turn();
    assertThat(asks.key).isNotNull();
    return replies.get(0);
  }

  /** Everybody who beats does so each second. */
  private void run(long nanos) {
    long end = rig.nanos() + nanos;
    while (rig.nanos() - end < 0) {
      beating.forEach(client -> client.heartbeat(0, null));
      rig.run(Math.min(SECOND, end - rig.nanos()));
    }
  }

  /** By which it holds the role, as it was told; 0: it does not. */
  private static long token(ManualClient client) {
    return client.pulse.roles().stream()
        .filter(held -> held.name().equals(ROLE))
        .mapToLong(HeldRole::token)
        .findAny()
        .orElse(0);
  }

  private Entry last(ManualClient client) {
    Entry last = null;
    for (Change change : rig.changes) {
      last = change.key().equals(client.key) ? change.after() : last;
    }
    assertThat(last).isNotNull();
    return Objects.requireNonNull(last);
  }

  private State stateOf(ManualClient client) {
    return last(client).state();
  }
}
