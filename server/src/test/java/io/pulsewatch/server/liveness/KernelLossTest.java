package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ends of streams: resume window 5 s, timeout 6 s. */
final class KernelLossTest {

  @Origins
  void aLossIsToldAtOnceAndDeadAtTheResumeWindow(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(2 * SECOND);
    client.heartbeat();
    client.end(News.End.LOST);
    rig.turn();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, 2 * SECOND);
    assertThat(rig.last().evidence().transportError()).isEqualTo("text");
    assertThat(client.replies).as("there is nobody to tell").hasSize(1);
    rig.runTo(7 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 7 * SECOND);
  }

  @Origins
  void silenceMayBeFirst(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(3_500 * MS);
    client.end(News.End.LOST);
    rig.runTo(6 * SECOND - 1);
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 6 * SECOND);
  }

  @Origins
  void withoutAResumeWindowALossIsDeath(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.times = Times.grant(Times.UNSET, Times.UNSET, 0);
    client.register();
    rig.runTo(SECOND);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, SECOND);
    assertThat(rig.changes).hasSize(2);
  }

  /** What arrived before the loss counts before it. */
  @Origins
  void aHeartbeatBeforeTheLossIsHeardFirst(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    client.heartbeat();
    client.end(News.End.LOST);
    rig.turn();
    assertThat(rig.changes)
        .extracting(Change::cause)
        .containsExactly(Cause.REGISTERED, Cause.SILENCE, Cause.RECOVERED, Cause.STREAM_LOST);
    rig.runTo(10 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 10 * SECOND);
  }

  /** The turn has read its clock before the mail of those who were read meanwhile. */
  @Origins
  void aHeartbeatReadDuringTheTurnWasNotSilent(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(2 * SECOND);
    Moment turn = rig.now();
    rig.pass(200 * MS);
    client.heartbeat();
    client.end(News.End.LOST);
    rig.kernel.turn(turn, rig);
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    assertThat(rig.last().evidence().silenceNanos()).isZero();
  }

  /** A late tick takes time off that was counted as awake before it. */
  @Origins
  void aHeartbeatReadAheadOfALateTickWasNotSilent(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(2 * SECOND);
    rig.pass(25 * MS);
    rig.awaken(rig.first);
    rig.awaken(rig.second);
    client.heartbeat();
    rig.pass(15 * MS);
    rig.awaken(rig.first);
    rig.awaken(rig.second);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    assertThat(rig.last().evidence().silenceNanos()).isNotNegative();
  }

  /** We refused its resume and named a wait of 1 s: that and the timeout of 6 s are its own. */
  @Origins
  void aResumeThatWePutOffIsNoLoss(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.heartbeat();
    client.end(News.End.LOST);
    rig.turn();
    rig.runTo(5_900 * MS);
    rig.putOff(new PutOff(Rig.KEY, client.token(), "", false, SECOND));
    rig.turn();
    rig.runTo(12_900 * MS - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 12_900 * MS);
  }

  @Origins
  void eachPutOffCountsAndAResumeEndsThem(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.processId = "p";
    client.register();
    rig.turn();
    client.end(News.End.LOST);
    rig.turn();
    for (int i = 1; i <= 10; i++) {
      rig.runTo(4L * i * SECOND);
      rig.putOff(new PutOff(Rig.KEY, null, "p", false, SECOND));
      rig.turn();
    }
    rig.runTo(46_900 * MS);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.processId = "p";
    next.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    next.end(News.End.LOST);
    rig.turn();
    rig.runTo(51_900 * MS - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 51_900 * MS);
  }

  /** Nobody can keep another's name from dying, nor raise the dead. */
  @Origins
  void onlyItsOwnPutOffCounts(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.processId = "p";
    client.register();
    rig.turn();
    client.end(News.End.LOST);
    rig.turn();
    rig.runTo(4 * SECOND);
    rig.putOff(new PutOff(Rig.KEY, Token.FOREIGN, "", false, SECOND));
    rig.putOff(new PutOff(Rig.KEY, null, "", false, SECOND));
    rig.putOff(new PutOff(Rig.KEY, null, "q", false, SECOND));
    rig.putOff(new PutOff(Rig.KEY, null, "", true, SECOND));
    rig.putOff(new PutOff(new InstanceKey("orders", "b"), null, "p", false, SECOND));
    rig.turn();
    rig.runTo(5 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 5 * SECOND);
    rig.putOff(new PutOff(Rig.KEY, null, "p", false, SECOND));
    rig.turn();
    rig.settle();
    assertThat(rig.changes).hasSize(3);
  }

  /** We end its stream and ask it to wait 3 s: not doubted for 3 + 4 s, not dead for 3 + 6 s. */
  @Origins
  void aStreamThatWeEndIsNoLoss(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(2 * SECOND);
    client.sendAway(3 * SECOND);
    rig.turn();
    rig.runTo(9 * SECOND - 1);
    assertThat(rig.changes).hasSize(1);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, 9 * SECOND);
    rig.runTo(11 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 11 * SECOND);
  }

  @Origins
  void norWithoutAResumeWindow(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.times = Times.grant(Times.UNSET, Times.UNSET, 0);
    client.register();
    rig.turn();
    client.sendAway(3 * SECOND);
    rig.turn();
    rig.runTo(7 * SECOND - 1);
    assertThat(rig.changes).hasSize(1);
    rig.runTo(9 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 9 * SECOND);
  }

  /** Doubted at once, for nobody may say that it lives; but it has its 6 s to come back. */
  @Origins
  void credentialsThatRanOutAreNoLoss(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(2 * SECOND);
    client.heartbeat();
    rig.runTo(3 * SECOND);
    client.end(News.End.EXPIRED);
    rig.turn();
    rig.assertTold(State.SUSPECT, Cause.AUTH_EXPIRED, 3 * SECOND);
    assertThat(client.replies).as("there is nobody to tell").hasSize(1);
    rig.runTo(9 * SECOND - 1);
    assertThat(rig.changes).hasSize(2);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 9 * SECOND);
  }

  @Origins
  void withoutAResumeWindowToo(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.times = Times.grant(Times.UNSET, Times.UNSET, 0);
    client.register();
    rig.turn();
    client.end(News.End.EXPIRED);
    rig.turn();
    rig.runTo(6 * SECOND - 1);
    rig.assertLast(State.SUSPECT, Cause.AUTH_EXPIRED);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 6 * SECOND);
  }

  /** A pause that was announced is as silent with credentials as without. */
  @Origins
  void notDoubtedWithinItsHold(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    client.hold(20 * SECOND);
    rig.turn();
    int before = rig.changes.size();
    client.end(News.End.EXPIRED);
    rig.runTo(20 * SECOND - 1);
    assertThat(rig.changes).hasSize(before);
  }

  @Origins
  void freshCredentialsBringItBack(long origin) {
    Rig rig = new Rig(origin);
    ManualClient old = rig.registered();
    old.end(News.End.EXPIRED);
    rig.runTo(5_900 * MS);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = old.token();
    next.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RESUMED);
    next.end(News.End.LOST);
    rig.turn();
    rig.runTo(10_900 * MS - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 10_900 * MS);
  }

  /** Our pause while it waits is not its time. */
  @Origins
  void whatWeOweIsAwakeTime(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    client.end(News.End.LOST);
    rig.turn();
    rig.runTo(4 * SECOND);
    rig.putOff(new PutOff(Rig.KEY, client.token(), "", false, SECOND));
    rig.turn();
    rig.runWithout(rig.second, 2 * SECOND);
    rig.awaken(rig.second);
    rig.runTo(12_900 * MS);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.runTo(13_020 * MS);
    rig.settle();
    rig.assertLast(State.DEAD, Cause.SILENCE);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEFT", "CLOSED"})
  void goodbyes(News.End end) {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.end(end);
    rig.turn();
    Cause cause = end == News.End.LEFT ? Cause.LEAVE : Cause.STREAM_CLOSED;
    rig.assertTold(State.LEFT, cause, SECOND);
    assertThat(client.lastReply()).isEqualTo(new Answer.Farewell());
    rig.runTo(30 * SECOND);
    assertThat(rig.changes).as("and no verdict follows").hasSize(2);
  }

  @Origins
  void aResumeCarriesOn(long origin) {
    Rig rig = new Rig(origin);
    ManualClient old = rig.registered();
    old.heartbeat(4, null);
    rig.runTo(2 * SECOND);
    old.heartbeat(4, null);
    old.end(News.End.LOST);
    rig.runTo(6_900 * MS);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = old.token();
    next.register();
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.RESUMED, 6_900 * MS);
    Answer.Granted granted = next.granted();
    assertThat(granted.resumed()).isTrue();
    assertThat(granted.tokenKept()).isTrue();
    assertThat(granted.lastSequence()).isEqualTo(4);
    assertThat(next.incarnation()).isEqualTo(old.incarnation());
    rig.runTo(10_900 * MS - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 10_900 * MS);
  }

  /** A resume through another reader may overtake the news of the loss. */
  @Origins
  void whatAnOldStreamTellsComesTooLate(long origin) {
    Rig rig = new Rig(origin);
    ManualClient old = rig.registered();
    old.heartbeat(4, null);
    rig.runTo(SECOND);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = old.token();
    next.register();
    rig.turn();
    assertThat(old.refusal()).isEqualTo(Answer.Refusal.STREAM_REPLACED);
    assertThat(rig.changes).as("nothing to see").hasSize(1);
    assertThat(old.heartbeat(5, Status.DRAINING)).isNotEqualTo(Pulse.Outcome.ACK);
    old.end(News.End.LOST);
    rig.turn();
    assertThat(rig.changes).hasSize(1);
    rig.runTo(5 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 5 * SECOND);
  }

  @Origins
  void aStreamThatEndsRightAfterItsRegisterIsLost(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.register();
    client.end(News.End.LOST);
    rig.turn();
    assertThat(rig.changes)
        .extracting(Change::cause)
        .containsExactly(Cause.REGISTERED, Cause.STREAM_LOST);
  }
}
