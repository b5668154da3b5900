package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a restart makes of waits, holds, and of who was heard when, and how. */
final class RecallTimesTest {
  private static final News BEAT = News.heard(0, 5, Gap.NONE, null);

  private final Restart world = new Restart();
  private final Rig before = world.before;
  private final Rig after = world.after;

  private static ManualClient cron(Rig rig) {
    return cron(rig, 7);
  }

  private static ManualClient cron(Rig rig, long secret) {
    ManualClient cron = rig.client();
    cron.offered = new Token(0, secret, secret);
    cron.registerByBeat(BEAT);
    rig.turn();
    return cron;
  }

  @Test
  void whomWeAskedToWaitHasThatAndItsTimeout() {
    ManualClient unfenced = before.client();
    unfenced.times = Times.grant(SECOND, 3 * SECOND, 0);
    unfenced.register();
    before.turn();
    world.goodbyeNanos = 20 * SECOND;
    world.restart();
    after.run(23 * SECOND - 20 * MS);
    assertThat(after.changes)
        .extracting(change -> change.after().state())
        .doesNotContain(State.DEAD);
    after.run(100 * MS);
    after.assertLast(State.DEAD, Cause.SILENCE);
  }

  /** Nobody is asked to wait for more than half of its fence, so nobody is waited for longer. */
  @Test
  void whoHasAFenceWasAskedForHalfOfItAtTheMost() {
    ManualClient first = before.registered();
    world.goodbyeNanos = 20 * SECOND;
    world.restart();
    long waited = first.times.timeoutNanos() + first.times.fenceNanos() / 2;
    after.run(waited - 20 * MS);
    assertThat(after.changes)
        .extracting(change -> change.after().state())
        .doesNotContain(State.DEAD);
    after.run(100 * MS);
    after.assertLast(State.DEAD, Cause.SILENCE);
  }

  @Test
  void whoCameBackIsOwedNothingMore() {
    ManualClient first = before.registered();
    world.goodbyeNanos = 20 * SECOND;
    world.restart();
    world.back(client -> client.presented = first.token());
    after.run(6 * SECOND + 100 * MS);
    after.assertLast(State.DEAD, Cause.SILENCE);
  }

  @Test
  void theNewestChangeShowsTheHoldThatIsInForce() {
    ManualClient first = before.registered();
    before.post(first.hold(20 * SECOND), first.pulse);
    before.turn();
    world.restart();
    Entry now = world.recalled.get(0);
    assertThat(now.hold().untilMillis()).isEqualTo(after.wallMillis() + 20_000);
    assertThat(before.last().asOf(now).after().hold()).isEqualTo(now.hold());
    assertThat(before.changes.get(0).asOf(now).after().hold()).isEqualTo(Hold.NONE);
  }

  @Test
  void whoWasHeardLastIsToldAndNotWhenWeStopped() {
    ManualClient first = before.registered();
    first.heartbeat();
    before.turn();
    before.run(SECOND);
    first.heartbeat(2, Status.DEGRADED);
    before.turn();
    long heardMillis = before.wallMillis();
    for (int i = 0; i < 10; i++) {
      before.run(SECOND);
      first.heartbeat();
    }
    world.restart();
    assertThat(heardMillis()).as("its last that the ledger knows").isEqualTo(heardMillis);
    after.run(SECOND);
    assertThat(heardMillis()).isEqualTo(heardMillis);
    after.run(10 * SECOND);
    after.assertLast(State.DEAD, Cause.SILENCE);
    assertThat(heardMillis()).isEqualTo(heardMillis);
    assertThat(after.drafts.get(after.drafts.size() - 1).memory().heardMillis())
        .isEqualTo(heardMillis);
  }

  private long heardMillis() {
    long agoNanos = after.nanos() - world.recalled.get(0).vitals().arrivalNanos();
    return after.wallMillis() - agoNanos / MS;
  }

  @Test
  void whoBeatsWasAskedForASecond() {
    cron(before);
    world.goodbyeNanos = 20 * SECOND;
    world.restart();
    after.run(7 * SECOND - 20 * MS);
    assertThat(after.state()).isEqualTo(State.SUSPECT);
    after.run(100 * MS);
    after.assertLast(State.DEAD, Cause.SILENCE);
  }

  /** With its first token, and nothing else that would be news. */
  @Test
  void whoTookABeatersNameOnKeepsItOverARestart() {
    ManualClient cron = before.client();
    cron.registerByBeat(BEAT);
    before.turn();
    ManualClient stream = before.client();
    stream.presented = cron.token();
    stream.register();
    before.turn();
    assertThat(stream.incarnation()).isEqualTo(cron.incarnation());
    world.restart();
    assertThat(world.recalled.get(0).vitals().isByBeat()).isFalse();
    ManualClient stranger = after.client();
    stranger.registerByBeat(BEAT);
    after.turn();
    assertThat(stranger.replies).last().isNotInstanceOf(Answer.Granted.class);
  }

  @Test
  void whoCameByBeatsIsRenewedByThem() {
    ManualClient first = cron(before);
    ManualClient newest = cron(before, 9);
    world.restart();
    assertThat(world.recalled.get(0).vitals().isByBeat()).isTrue();
    ManualClient again = cron(after);
    assertThat(again.granted().resumed()).isTrue();
    assertThat(again.incarnation()).isEqualTo(first.incarnation());
    again.presented = newest.token();
    again.beat(BEAT);
    after.turn();
    assertThat(again.lastReply())
        .as("a token that was never kept")
        .isInstanceOf(Answer.Heard.class);
    assertThat(after.changes).isEmpty();
    assertThat(after.notes).isEmpty();
  }

  @Test
  void whoHadAStreamIsNot() {
    before.registered();
    world.restart();
    assertThat(world.recalled.get(0).vitals().isByBeat()).isFalse();
    ManualClient stranger = cron(after);
    assertThat(stranger.refusal()).isEqualTo(Answer.Refusal.HOLDER_ALIVE);
    after.run(5 * SECOND);
    assertThat(cron(after).granted().resumed()).as("superseded").isFalse();
    assertThat(world.recalled.get(0).vitals().isByBeat()).isFalse();
  }
}
