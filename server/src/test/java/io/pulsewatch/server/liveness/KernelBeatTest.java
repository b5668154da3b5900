package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** The unary twin. */
final class KernelBeatTest {
  private static final News BEAT = News.heard(0, 5, Gap.NONE, null);
  private static final News GOODBYE =
      new News(true, 0, 5, Gap.NONE, null, new News.Ending(News.End.LEFT, "done"));

  @Origins
  void oneUnchangingCronLine(long origin) {
    Rig rig = new Rig(origin);
    long incarnation = 0;
    for (int i = 1; i <= 20; i++) {
      ManualClient cron = rig.client();
      cron.registerByBeat(BEAT);
      rig.turn();
      incarnation = i == 1 ? cron.incarnation() : incarnation;
      assertThat(cron.incarnation()).isEqualTo(incarnation);
      assertThat(cron.granted().resumed()).isEqualTo(i > 1);
      assertThat(cron.granted().lastSequence()).isEqualTo(i);
      rig.run(2 * SECOND);
    }
    assertThat(rig.changes).hasSize(1);
    assertThat(rig.notes).as("nothing of it is for the disk").isEmpty();
    rig.runTo(42 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 42 * SECOND);
    rig.runTo(44 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 44 * SECOND);
  }

  @Origins
  void byToken(long origin) {
    Rig rig = new Rig(origin);
    ManualClient cron = rig.client();
    cron.registerByBeat(BEAT);
    rig.turn();
    cron.presented = cron.token();
    rig.runTo(5 * SECOND);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    cron.beat(News.heard(9, 77, Gap.NONE, Status.DEGRADED));
    rig.turn();
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    assertThat(rig.last().after().status()).isEqualTo(Status.DEGRADED);
    assertThat(cron.lastReply())
        .isEqualTo(
            new Answer.Heard(9, 77, State.ALIVE, Status.DEGRADED, Rig.TIMES, Times.AS_GRANTED, 0));
    cron.beat(GOODBYE);
    rig.turn();
    rig.assertTold(State.LEFT, Cause.LEAVE, 5 * SECOND);
    cron.beat(BEAT);
    rig.turn();
    assertThat(cron.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
  }

  @Origins
  void withATokenThatIsNotItsOwn(long origin) {
    Rig rig = new Rig(origin);
    ManualClient nobody = rig.client();
    nobody.presented = new Token(1, 1, 1);
    nobody.beat(BEAT);
    rig.turn();
    assertThat(nobody.refusal()).isEqualTo(Answer.Refusal.UNKNOWN_INSTANCE);
    ManualClient holder = rig.registered();
    nobody.presented = holder.offered.of(holder.incarnation() - 1);
    nobody.beat(BEAT);
    rig.turn();
    assertThat(nobody.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
    nobody.presented = new Token(holder.incarnation(), 1, 1);
    nobody.beat(BEAT);
    rig.turn();
    assertThat(nobody.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
    assertThat(rig.changes).hasSize(1);
  }

  /** A proxy cut the stream; the beat holds the name until a stream comes back. */
  @Origins
  void inPlaceOfALostStream(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    client.presented = client.token();
    client.end(News.End.LOST);
    rig.run(2 * SECOND);
    client.beat(BEAT);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.RESUMED, 2 * SECOND);
    rig.runTo(8 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 8 * SECOND);
  }

  /** It lost nothing that could be resumed: it was late. */
  @Origins
  void endsASuspicionAsAHeartbeatDoes(long origin) {
    Rig rig = new Rig(origin);
    ManualClient cron = rig.client();
    cron.registerByBeat(BEAT);
    rig.turn();
    cron.presented = cron.token();
    rig.runTo(5 * SECOND);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    cron.beat(BEAT);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.RECOVERED, 5 * SECOND);
  }

  @Origins
  void aStreamsHolderIsNotRenewedByABeatWithoutToken(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    ManualClient cron = rig.client();
    cron.registerByBeat(BEAT);
    rig.turn();
    assertThat(cron.refusal()).isEqualTo(Answer.Refusal.HOLDER_ALIVE);
  }

  @Origins
  void aStreamMayTakeABeatersNameOnWithItsToken(long origin) {
    Rig rig = new Rig(origin);
    ManualClient cron = rig.client();
    cron.registerByBeat(BEAT);
    rig.turn();
    ManualClient stream = rig.client();
    stream.presented = cron.token();
    stream.register();
    rig.turn();
    assertThat(stream.incarnation()).isEqualTo(cron.incarnation());
    cron.registerByBeat(BEAT);
    rig.turn();
    assertThat(cron.refusal()).as("it has a stream now").isEqualTo(Answer.Refusal.HOLDER_ALIVE);
  }

  /** Each renewal gives a token, and none of them is kept. */
  @Origins
  void eachTokenOfARenewalOpensUntilAStreamTakesItOn(long origin) {
    Rig rig = new Rig(origin);
    ManualClient first = cron(rig, 7);
    ManualClient second = cron(rig, 8);
    ManualClient third = cron(rig, 9);
    assertThat(second.granted().tokenKept()).isFalse();
    for (ManualClient one : List.of(third, first, second)) {
      one.presented = one.token();
      one.beat(BEAT);
      rig.turn();
      assertThat(one.lastReply()).isInstanceOf(Answer.Heard.class);
    }
    assertThat(rig.notes).isEmpty();
    ManualClient stream = rig.client();
    stream.presented = second.token();
    stream.register();
    rig.turn();
    assertThat(stream.granted().resumed()).isTrue();
    assertThat(stream.granted().tokenKept()).isTrue();
    assertThat(rig.notes).as("from here on it counts").hasSize(1);
    first.beat(BEAT);
    rig.turn();
    assertThat(first.refusal()).isEqualTo(Answer.Refusal.SESSION_OVER);
    second.beat(BEAT);
    rig.turn();
    assertThat(second.lastReply()).isInstanceOf(Answer.Heard.class);
  }

  @Origins
  void aDiskThatIsAwayDoesNotStopACronLine(long origin) {
    Rig rig = new Rig(origin);
    ManualClient first = cron(rig, 7);
    rig.away = true;
    assertThat(cron(rig, 8).incarnation()).isEqualTo(first.incarnation());
    ManualClient stream = rig.client();
    stream.presented = new Token(first.incarnation(), 9, 9);
    stream.register();
    rig.turn();
    assertThat(stream.refusal()).isEqualTo(Answer.Refusal.LEDGER_AWAY);
  }

  private static ManualClient cron(Rig rig, long secret) {
    ManualClient cron = rig.client();
    cron.offered = new Token(0, secret, secret);
    cron.registerByBeat(BEAT);
    rig.turn();
    return cron;
  }

  @Origins
  void aStatusInTheHeartbeatCounts(long origin) {
    Rig rig = new Rig(origin);
    ManualClient cron = rig.client();
    cron.registerByBeat(News.heard(0, 5, Gap.NONE, Status.DRAINING));
    rig.turn();
    assertThat(rig.last().after().status()).isEqualTo(Status.DRAINING);
    cron.registerByBeat(News.heard(0, 5, Gap.NONE, Status.DEGRADED));
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.REPORTED);
    assertThat(cron.granted().entry().status()).isEqualTo(Status.DEGRADED);
  }
}
