package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Announced pauses: timeout 6 s, resume window 5 s, SUSPECT after 4 s. */
final class KernelHoldTest {
  private static Answer.Heard heard(ManualClient client) {
    return (Answer.Heard) client.lastReply();
  }

  @Origins
  void nobodyIsDoubtedInItAndDeadPastIt(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    assertThat(client.hold(60 * SECOND)).isEqualTo(Pulse.Outcome.POST);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.REPORTED, SECOND);
    assertThat(rig.last().after().hold()).isEqualTo(new Hold(60 * SECOND, 1_061_000));
    Times inForce = heard(client).times();
    assertThat(inForce).isEqualTo(new Times(2 * SECOND, 60 * SECOND, 60 * SECOND));

    rig.runTo(61 * SECOND - 1);
    assertThat(rig.changes).hasSize(2);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.HOLD_EXPIRED, 61 * SECOND);
    assertThat(rig.last().after().hold()).isEqualTo(Hold.NONE);
  }

  @Origins
  void aLostStreamIsNotToldInIt(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    client.hold(20 * SECOND);
    rig.turn();
    rig.runTo(2 * SECOND);
    client.end(News.End.LOST);
    rig.runTo(20 * SECOND - 1);
    assertThat(rig.changes).hasSize(2);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.HOLD_EXPIRED, 20 * SECOND);
  }

  @Origins
  void theNextHeartbeatWithoutItEndsIt(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    client.hold(60 * SECOND);
    rig.runTo(10 * SECOND);
    assertThat(client.heartbeat()).as("it is news").isEqualTo(Pulse.Outcome.POST);
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.REPORTED, 10 * SECOND);
    assertThat(rig.last().after().hold()).isEqualTo(Hold.NONE);
    assertThat(heard(client).times()).isEqualTo(Rig.TIMES);
    assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
    rig.runTo(14 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 14 * SECOND);
    rig.runTo(16 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 16 * SECOND);
  }

  @Origins
  void soDoesAResume(long origin) {
    Rig rig = new Rig(origin);
    ManualClient old = rig.registered();
    old.hold(60 * SECOND);
    rig.runTo(SECOND);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = old.token();
    next.register();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.REPORTED);
    assertThat(next.granted().entry().hold()).isEqualTo(Hold.NONE);
    rig.runTo(5 * SECOND);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 5 * SECOND);
  }

  @Origins
  void itEndsASuspicion(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(5 * SECOND);
    client.hold(30 * SECOND);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
    rig.runTo(35 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.HOLD_EXPIRED, 35 * SECOND);
  }

  /** A number that is not greater only renews: it neither announces nor ends anything. */
  @Test
  void anOldNumberSaysNothingOfIt() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    client.heartbeat(5, null);
    assertThat(client.pulse.onHeartbeat(5, 0, 0, null, SECOND, rig.nanos()))
        .isEqualTo(Pulse.Outcome.ACK);
    client.hold(30 * SECOND);
    rig.turn();
    assertThat(client.pulse.onHeartbeat(5, 0, 0, null, 0, rig.nanos()))
        .isEqualTo(Pulse.Outcome.ACK);
    rig.runTo(29 * SECOND);
    assertThat(rig.changes).hasSize(2);
  }

  /** Announced and ended before the loop looked: nothing to tell. */
  @Test
  void theNewestOfTwoCounts() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    client.hold(30 * SECOND);
    client.hold(0);
    rig.turn();
    assertThat(rig.changes).hasSize(1);
    assertThat(heard(client).sequence()).isEqualTo(2);
    assertThat(heard(client).times()).isEqualTo(Rig.TIMES);
  }

  @Test
  void aUnaryBeatMayHold() {
    Rig rig = new Rig(0);
    ManualClient cron = rig.client();
    cron.registerByBeat(News.heard(0, 0, Gap.NONE, null).holding(30 * SECOND));
    rig.turn();
    assertThat(cron.granted().entry().hold().nanos()).isEqualTo(30 * SECOND);
    cron.presented = cron.token();
    rig.runTo(20 * SECOND);
    assertThat(rig.changes).hasSize(1);
    cron.beat(News.heard(0, 0, Gap.NONE, null).holding(10 * SECOND));
    rig.turn();
    rig.assertTold(State.ALIVE, Cause.REPORTED, 20 * SECOND);
    rig.runTo(29_900 * MS);
    assertThat(rig.changes).hasSize(2);
    cron.beat(News.heard(0, 0, Gap.NONE, null).holding(0));
    rig.turn();
    assertThat(rig.last().after().hold()).isEqualTo(Hold.NONE);
    assertThat(heard(cron).times()).isEqualTo(Rig.TIMES);
  }

  @Origins
  void withoutAResumeWindowALossIsDeathAllTheSame(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.times = Times.grant(Times.UNSET, Times.UNSET, 0);
    client.register();
    rig.turn();
    client.hold(30 * SECOND);
    rig.turn();
    assertThat(heard(client).times().fenceNanos()).isZero();
    rig.runTo(2 * SECOND);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 2 * SECOND);
  }
}
