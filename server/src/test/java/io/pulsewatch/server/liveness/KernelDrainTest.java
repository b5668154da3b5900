package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server that sends everybody away judges, and when it goes on: 6 s, 5 s, SUSPECT at 4 s.
 */
final class KernelDrainTest {
  private static final long LONG = 600 * SECOND;

  private static void drain(Rig rig, boolean on) {
    rig.kernel.drain(on, rig.now());
  }

  private static void assertOnlyDoubtedUntilItIsOver(Rig rig) {
    rig.runTo(LONG);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    drain(rig, false);
  }

  /** Then, and not sooner. */
  private static void assertDies(Rig rig, Cause cause, long atNanos) {
    rig.runTo(atNanos - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, cause, atNanos);
  }

  /** It was told to wait for 3 s, and has that and 6 s from the end of the drain on. */
  @Origins
  void whomWeSentAwayIsDoubtedAndNotDead(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.heartbeat();
    drain(rig, true);
    client.sendAway(3 * SECOND);
    rig.turn();
    rig.runTo(8 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, 8 * SECOND);
    assertOnlyDoubtedUntilItIsOver(rig);
    assertDies(rig, Cause.SILENCE, LONG + 9 * SECOND);
    assertThat(rig.last().evidence().overdueNanos()).as("not since then").isLessThan(8 * MS);
  }

  @Origins
  void whoLosesHisStreamHasHisTimeoutWhenItIsOver(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    drain(rig, true);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, 0);
    assertOnlyDoubtedUntilItIsOver(rig);
    assertDies(rig, Cause.STREAM_LOST, LONG + 6 * SECOND);
  }

  /** His loss would be his death; while we take nobody it is a doubt. */
  @Origins
  void noResumeWindowIsNoDeathEither(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.times = Times.grant(Times.UNSET, Times.UNSET, 0);
    client.register();
    rig.runTo(SECOND);
    drain(rig, true);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, SECOND);
    rig.runTo(LONG);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
  }

  @Origins
  void whoComesByBeatsHasNoOtherWay(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.registerByBeat(News.heard(0, 0, Gap.NONE, null));
    rig.turn();
    drain(rig, true);
    assertOnlyDoubtedUntilItIsOver(rig);
    assertDies(rig, Cause.SILENCE, LONG + 6 * SECOND);
  }

  /** We hear it still, so its silence is its own. */
  @Origins
  void anOpenStreamIsJudgedAsEver(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    drain(rig, true);
    assertDies(rig, Cause.SILENCE, 6 * SECOND);
  }

  /** What it loses after the drain is judged as ever, however short that was ago. */
  @Origins
  void aLossAfterItIsALoss(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    drain(rig, true);
    rig.runTo(SECOND);
    drain(rig, false);
    client.heartbeat();
    rig.runTo(SECOND + 10 * MS);
    client.end(News.End.LOST);
    rig.turn();
    assertDies(rig, Cause.STREAM_LOST, 6 * SECOND + 10 * MS);
  }

  @Origins
  void whoComesBackAfterItGoesOn(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    drain(rig, true);
    client.sendAway(SECOND);
    rig.runTo(LONG);
    drain(rig, false);
    ManualClient again = rig.client();
    again.presented = client.token();
    again.register();
    rig.turn();
    assertThat(again.granted().resumed()).isTrue();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
  }

  /** Its connection died without a word, and it has come to us another way. */
  @Origins
  void whoWasRefusedAtTheDoorHasNoStreamHoweverOpenItLooks(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    drain(rig, true);
    rig.runTo(SECOND);
    rig.putOff(new PutOff(Rig.KEY, client.token(), "", false, 2 * SECOND));
    assertOnlyDoubtedUntilItIsOver(rig);
    assertDies(rig, Cause.SILENCE, LONG + 8 * SECOND);
    assertThat(rig.last().evidence().overdueNanos()).as("not since then").isLessThan(8 * MS);
  }

  /** It lives after all: somebody else has shown its token, or its letter was late. */
  @Origins
  void whoIsHeardOnItAfterThatHasOne(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    drain(rig, true);
    rig.runTo(SECOND);
    rig.putOff(new PutOff(Rig.KEY, client.token(), "", false, 2 * SECOND));
    rig.turn();
    rig.runTo(SECOND + 10 * MS);
    client.heartbeat();
    assertDies(rig, Cause.SILENCE, 9 * SECOND);
  }
}
