package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.KEY;
import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A kernel that goes on where another one stopped. */
final class RecallTest {
  private static final long DOWN_MILLIS = Restart.DOWN_MILLIS;
  private static final InstanceKey OTHER = new InstanceKey("orders", "b");

  private final Restart world = new Restart();
  private final Rig before = world.before;
  private final Rig after = world.after;

  @Test
  void aTokenOpensTheSameSession() {
    ManualClient first = before.registered();
    world.restart();
    assertThat(world.recalled.get(0).state()).isEqualTo(State.ALIVE);
    ManualClient again = world.back(client -> client.presented = first.token());
    assertThat(again.granted().resumed()).isTrue();
    assertThat(again.incarnation()).isEqualTo(first.incarnation());
    assertThat(after.changes).isEmpty();
  }

  @Test
  void theSameProcessGoesOnWithoutAToken() {
    ManualClient first = before.client();
    first.processId = "p";
    first.register();
    before.turn();
    world.restart();
    ManualClient again =
        world.back(
            client -> {
              client.processId = "p";
              client.offered = new Token(0, 9, 9);
            });
    assertThat(again.granted().resumed()).isTrue();
    assertThat(again.incarnation()).isEqualTo(first.incarnation());
    assertThat(again.granted().tokenKept()).isFalse();
    assertThat(after.notes).as("the new token outlives this process, too").hasSize(1);
  }

  @Test
  void aTokenThatWasChangedByAResumeIsTheOneThatCounts() {
    ManualClient first = before.client();
    first.processId = "p";
    first.register();
    before.turn();
    first.offered = new Token(0, 8, 8);
    first.register();
    before.turn();
    world.restart();
    ManualClient stale =
        world.back(client -> client.presented = new Token(first.incarnation(), 7, 7));
    assertThat(stale.replies).last().isInstanceOf(Answer.Refused.class);
    ManualClient again =
        world.back(client -> client.presented = new Token(first.incarnation(), 8, 8));
    assertThat(again.granted().resumed()).isTrue();
  }

  @Test
  void everybodyGetsTheOwnTimeoutFromReadiness() {
    before.registered();
    world.restart();
    after.run(6 * SECOND - 20 * MS);
    assertThat(after.changes).extracting(Change::cause).containsExactly(Cause.SILENCE);
    assertThat(after.state()).isEqualTo(State.SUSPECT);
    after.run(100 * MS);
    after.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(after.last().evidence().silenceNanos()).isGreaterThanOrEqualTo(6 * SECOND);
    assertThat(after.last().evidence().serverPauseNanos())
        .as("we were gone, and say so")
        .isBetween(DOWN_MILLIS * MS - SECOND, DOWN_MILLIS * MS + SECOND);
  }

  @Test
  void nobodyIsDoubtedWhileOnTheWayBack() {
    ManualClient quick = before.client();
    quick.times = Times.grant(SECOND, 60 * SECOND, Times.UNSET);
    quick.register();
    before.turn();
    world.restart();
    after.run(30 * SECOND - 20 * MS);
    assertThat(after.changes).isEmpty();
    after.run(60 * MS);
    after.assertLast(State.SUSPECT, Cause.SILENCE);
  }

  @Test
  void warmUpLastsUntilEverybodyIsBackOrJudged() {
    before.registered();
    ManualClient other = before.client(before.first, OTHER);
    other.register();
    before.turn();
    assertThat(after.kernel.mode(after.now())).isEqualTo(DetectorMode.WARM_UP);
    Rig late = new Rig(0, withoutWarmUp());
    assertThat(late.kernel.mode(late.now())).isEqualTo(DetectorMode.NORMAL);
    late.kernel.recall(world.kept(), late.now());
    assertThat(late.kernel.mode(late.now())).isEqualTo(DetectorMode.WARM_UP);
    ManualClient again = late.client(late.first, OTHER);
    again.presented = other.token();
    again.register();
    late.turn();
    assertThat(late.kernel.mode(late.now())).isEqualTo(DetectorMode.WARM_UP);
    late.run(7 * SECOND);
    assertThat(late.changes).extracting(Change::key).contains(KEY);
    assertThat(late.kernel.mode(late.now())).isEqualTo(DetectorMode.NORMAL);
  }

  @Test
  void anEndedOneStaysReadableAsLongAsItWould() {
    before.registered();
    before.run(10 * SECOND);
    before.assertLast(State.DEAD, Cause.SILENCE);
    world.restart();
    assertThat(world.recalled.get(0).state()).isEqualTo(State.DEAD);
    assertThat(after.kernel.live()).isZero();
    after.run(2 * SECOND);
    assertThat(after.changes).isEmpty();
  }

  @Test
  void anOverrideGoesOnAndExpiresByTheWallClock() {
    ManualClient first = before.registered();
    OperatorOverride override =
        new OperatorOverride(
            OperatorOverride.Kind.MAINTENANCE, "disk", after.wallMillis() + DOWN_MILLIS + 3_000);
    before.offer(new Command.SetOverride(first, KEY, override));
    before.turn();
    after.run(DOWN_MILLIS * MS);
    Kept kept = world.kept();
    after.kernel.recall(
        new Kept(kept.sessions(), Map.of(KEY, override), kept.servedUntilMillis(), 0), after.now());
    after.run(2_900 * MS);
    assertThat(after.changes).isEmpty();
    after.run(200 * MS);
    after.assertLast(State.ALIVE, Cause.OVERRIDE_EXPIRED);
  }

  @Test
  void aHoldLastsAsLongAgain() {
    ManualClient first = before.registered();
    before.post(first.hold(20 * SECOND), first.pulse);
    before.turn();
    world.restart();
    after.run(19 * SECOND);
    assertThat(after.changes).isEmpty();
    after.run(2 * SECOND);
    after.assertLast(State.DEAD, Cause.HOLD_EXPIRED);
  }

  @Test
  void whileTheLedgerIsAwayOnlyAGoodTokenOpens() {
    ManualClient first = before.registered();
    world.restart();
    after.away = true;
    ManualClient stranger = world.back(client -> client.takeOver = true);
    assertThat(((Answer.Refused) stranger.replies.get(0)).refusal())
        .isEqualTo(Answer.Refusal.LEDGER_AWAY);
    ManualClient again = world.back(client -> client.presented = first.token());
    assertThat(again.granted().resumed()).isTrue();
  }

  @Test
  void whomTheLedgerSendsAwayItDoesNotLose() {
    ManualClient first = before.client();
    first.processId = "p";
    first.register();
    before.turn();
    world.restart();
    after.away = true;
    after.run(5 * SECOND);
    ManualClient again = world.back(client -> client.processId = "p");
    assertThat(((Answer.Refused) again.replies.get(0)).refusal())
        .isEqualTo(Answer.Refusal.LEDGER_AWAY);
    after.run(6 * SECOND);
    assertThat(after.changes).extracting(Change::cause).doesNotContain(Cause.STREAM_LOST);
    assertThat(after.changes)
        .extracting(change -> change.after().state())
        .doesNotContain(State.DEAD);
    after.run(2 * SECOND);
    after.assertLast(State.DEAD, Cause.SILENCE);
  }

  @Test
  void longerTimesAreNotGrantedAheadOfTheDisk() {
    ManualClient first = before.registered();
    world.restart();
    after.away = true;
    ManualClient greedy =
        world.back(
            client -> {
              client.presented = first.token();
              client.times = Times.grant(2 * SECOND, 3_600 * SECOND, Times.UNSET);
            });
    assertThat(((Answer.Refused) greedy.replies.get(0)).refusal())
        .isEqualTo(Answer.Refusal.LEDGER_AWAY);
    after.away = false;
    world.back(
        client -> {
          client.presented = first.token();
          client.times = Times.grant(2 * SECOND, 3_600 * SECOND, Times.UNSET);
        });
    assertThat(after.drafts.get(after.drafts.size() - 1).binding()).isTrue();
  }

  @Test
  void deadlinesStartWhenTheGrantIsCommitted() {
    Rig rig = new Rig(0);
    rig.slow = true;
    rig.client().register();
    rig.turn();
    rig.run(60 * SECOND);
    rig.comeBack();
    assertThat(rig.changes).extracting(Change::cause).containsExactly(Cause.REGISTERED);
    rig.run(6 * SECOND - 20 * MS);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.run(100 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
  }

  @Test
  void whatAnOperatorIsToldIsKept() {
    ManualClient first = before.registered();
    before.offer(
        new Command.SetOverride(
            first,
            KEY,
            new OperatorOverride(
                OperatorOverride.Kind.MAINTENANCE, "disk", OperatorOverride.NEVER)));
    before.turn();
    assertThat(before.drafts.get(1).cause()).isEqualTo(Cause.OVERRIDE);
    assertThat(before.drafts.get(1).binding()).isTrue();
  }

  private static Settings withoutWarmUp() {
    Settings standard = Settings.DEFAULT;
    return new Settings(
        standard.maxInstances(),
        standard.maxOverrides(),
        standard.maxMailPerTurn(),
        standard.maxExpiriesPerTurn(),
        standard.maxRemovalsPerTurn(),
        standard.retentionMillis(),
        standard.minEndedKept(),
        0);
  }
}
