package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our own slowness is no evidence. Suspect after 4 s, resume window 5 s, timeout 6 s. */
final class KernelPauseTest {

  /** Nobody of us ran for a minute; the heartbeats wait in the sockets. */
  @Origins
  void aPausedProcessJudgesNobody(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(3_900 * MS);
    rig.pass(60 * SECOND);
    rig.turn();
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.PAUSED);
    assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
    rig.run(3 * SECOND);
    assertThat(rig.changes).hasSize(1);
  }

  /** The margin that a client had before the pause is what it has after it. */
  @Origins
  void aPauseDelaysAVerdictByItsOwnLength(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    rig.runTo(SECOND);
    rig.step(60 * SECOND);
    long pause = 60 * SECOND - 10 * MS;
    rig.runTo(4 * SECOND + pause - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 4 * SECOND + pause);
    rig.runTo(6 * SECOND + pause - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 6 * SECOND + pause);
    assertThat(rig.last().evidence().serverPauseNanos()).isEqualTo(pause);
  }

  @Origins
  void aPausedLoopAlone(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    for (int i = 0; i < 3_000; i++) {
      rig.pass(10 * MS);
      rig.awaken(rig.first);
      rig.awaken(rig.second);
    }
    rig.turn();
    assertThat(rig.changes).as("30 s, but the loop saw 10 ms of them").hasSize(1);
    assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
    rig.run(3_900 * MS);
    assertThat(rig.changes).hasSize(1);
  }

  @Origins
  void aPausedReaderHoldsItsOwnStreamsAndNobodyElses(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    ManualClient other = rig.client(rig.second, new InstanceKey("orders", "b"));
    other.register();
    rig.turn();
    rig.runTo(SECOND);
    rig.runWithout(rig.first, 9 * SECOND);
    assertThat(rig.changes)
        .extracting(change -> change.key().instanceId())
        .containsExactly("a", "b", "b", "b");
    assertThat(rig.last().after().state()).isEqualTo(State.DEAD);
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.PAUSED);
    rig.awaken(rig.first);
    rig.run(2_900 * MS);
    assertThat(rig.changes).as("it has 3 s of its 4 s left").hasSize(4);
    rig.run(200 * MS);
    assertThat(rig.changes).hasSize(5);
  }

  /** 10 s is where a stuck reader makes us blind. */
  @Origins
  void aBlindServerJudgesNobody(long origin) {
    Rig rig = new Rig(origin);
    ManualClient other = rig.client(rig.second, Rig.KEY);
    other.register();
    rig.turn();
    rig.runTo(SECOND);
    other.heartbeat();
    rig.runWithout(rig.first, 3_900 * MS);
    other.heartbeat();
    rig.runWithout(rig.first, 3_900 * MS);
    other.heartbeat();
    rig.runWithout(rig.first, 2_200 * MS);
    assertThat(rig.kernel.isBlind(rig.now())).isFalse();
    rig.runWithout(rig.first, 10 * MS);
    assertThat(rig.kernel.isBlind(rig.now())).isTrue();
    rig.runWithout(rig.first, 60 * SECOND);
    assertThat(rig.changes).as("silent for a minute").hasSize(1);
    rig.awaken(rig.first);
    assertThat(rig.kernel.isBlind(rig.now())).isFalse();
    rig.run(100 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
  }

  /** Its reader had passed when we became blind: what came since lies in a socket. */
  @Origins
  void whoWasBlindLooksOnceMore(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    rig.runWithout(rig.second, 3_995 * MS);
    client.heartbeat();
    rig.runWithout(rig.second, 6 * SECOND);
    rig.pass(5 * MS);
    rig.turn(); // DEAD is due, and its reader is asked to look
    assertThat(rig.kernel.isBlind(rig.now())).isFalse();
    assertThat(rig.first.nudges()).isPositive();
    rig.runWithout(rig.second, SECOND);
    assertThat(rig.kernel.isBlind(rig.now())).isTrue();
    for (int i = 0; i < 5; i++) {
      rig.pass(MS);
      rig.awaken(rig.second);
      rig.turn();
    }
    assertThat(rig.kernel.isBlind(rig.now())).isFalse();
    assertThat(rig.state()).as("its own reader has not looked since").isEqualTo(State.SUSPECT);
    client.heartbeat();
    rig.awaken(rig.first);
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
  }

  /** The heartbeat lies in a socket, and the reader is awake but busy elsewhere. */
  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "2, true"})
  void theReaderMustHavePassedTwiceSinceTheDeadline(int passes, boolean told) {
    Rig rig = new Rig(0);
    rig.registered();
    rig.runTo(4 * SECOND - 10 * MS);
    for (int i = 0; i < 60; i++) {
      rig.pass(10 * MS);
      rig.first.clock().tick(rig.nanos());
      rig.awaken(rig.second);
      rig.turn();
    }
    assertThat(rig.changes).hasSize(1);
    assertThat(rig.first.nudges()).isPositive();
    for (int i = 0; i < passes; i++) {
      rig.first.pass();
    }
    rig.pass(10 * MS);
    rig.first.clock().tick(rig.nanos());
    rig.awaken(rig.second);
    rig.turn();
    assertThat(rig.changes).hasSize(told ? 2 : 1);
  }

  /** A ticket drawn when SUSPECT was due says nothing of what came after the timeout. */
  @Origins
  void eachVerdictHasItsOwnPasses(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    rig.runTo(4 * SECOND - 10 * MS);
    for (int i = 0; i < 220; i++) {
      rig.pass(10 * MS);
      rig.first.clock().tick(rig.nanos());
      rig.awaken(rig.second);
      rig.turn();
      if (i == 100) {
        rig.first.pass();
      }
    }
    rig.first.pass();
    rig.pass(10 * MS);
    rig.first.clock().tick(rig.nanos());
    rig.awaken(rig.second);
    rig.turn();
    assertThat(rig.changes).as("silent for 6.2 s, but one pass only since 6 s").hasSize(1);
    rig.run(50 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
  }

  @Origins
  void aLossInTheWakeOfAPauseIsToldAfterHalfOfTheShorterTime(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    client.heartbeat();
    rig.step(30 * SECOND);
    for (int i = 0; i < 9; i++) {
      rig.run(SECOND);
      client.heartbeat();
    }
    client.end(News.End.LOST);
    rig.turn();
    long lostAt = rig.nanos() - origin;
    assertThat(rig.changes).as("SUSPECT is not told at once").hasSize(1);
    rig.runTo(lostAt + 2_500 * MS - 1);
    assertThat(rig.changes).hasSize(1);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, lostAt + 2_500 * MS);
    rig.runTo(lostAt + 5 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, lostAt + 5 * SECOND);
  }

  @Origins
  void whoResumesInTheWakeWasNeverSuspect(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    rig.pass(30 * SECOND);
    client.end(News.End.LOST);
    rig.turn();
    rig.run(2_400 * MS);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = client.token();
    next.register();
    rig.run(3 * SECOND);
    assertThat(next.granted().resumed()).isTrue();
    assertThat(rig.changes).hasSize(1);
  }

  /**
   * The wake of a pause is as long as it was, at most 10 s. A pause that is shorter than an eighth
   * of the shortest time to death, here 5 s, made nobody give its stream up, and excuses no loss.
   */
  @ParameterizedTest
  @CsvSource({
    "31, 5, true",
    "600, 5, true",
    "700, 5, false",
    "700, 680, false",
    "700, 700, true",
    "60000, 9999, false",
    "60000, 10001, true",
  })
  void theWakeEnds(long pauseMillis, long afterMillis, boolean told) {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    rig.runTo(SECOND);
    rig.step(pauseMillis * MS);
    long end = rig.nanos() + afterMillis * MS;
    while (rig.nanos() < end) {
      client.heartbeat();
      rig.step(Math.min(5 * MS, end - rig.nanos()));
    }
    client.end(News.End.LOST);
    rig.turn();
    assertThat(rig.changes).hasSize(told ? 2 : 1);
  }

  /** Each beat through the door is a look at its clock, not a tick of it. */
  @Origins
  void beatsDoNotWindTheDoorsClock(long origin) {
    Rig rig = new Rig(origin);
    ManualClient cron = rig.client(rig.second, new InstanceKey("cron", "c"));
    cron.times = Times.grant(3_600 * SECOND, Times.UNSET, Times.UNSET);
    cron.registerByBeat(News.heard(0, 0, Gap.NONE, null));
    ManualClient client = rig.registered();
    client.end(News.End.LOST);
    rig.turn();
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    int before = rig.changes.size();
    for (int i = 0; i < 90; i++) {
      cron.registerByBeat(News.heard(0, 0, Gap.NONE, null));
      rig.runWithout(rig.first, 100 * MS);
    }
    rig.awaken(rig.first);
    rig.run(4 * SECOND);
    assertThat(rig.changes).as("9 s, but the door saw 20 ms of them").hasSize(before);
    rig.run(1_100 * MS);
    rig.assertLast(State.DEAD, Cause.STREAM_LOST);
  }

  /** Whoever lost his stream may be about to come back through the reader that is stuck. */
  @Origins
  void aLostStreamsSilenceStandsWhileAnyReaderIsStuck(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    rig.runTo(1_900 * MS);
    client.end(News.End.LOST);
    rig.turn();
    rig.runWithout(rig.second, 9 * SECOND);
    rig.awaken(rig.second);
    rig.run(3_900 * MS);
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    rig.run(300 * MS);
    rig.assertLast(State.DEAD, Cause.SILENCE);
  }

  @Origins
  void aSuspendedMachineGivesEverybodyHisTimeAnew(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    ManualClient lost = rig.client(rig.second, new InstanceKey("orders", "b"));
    lost.register();
    rig.runTo(3_900 * MS);
    lost.end(News.End.LOST);
    rig.runTo(5_900 * MS);
    rig.kernel.onSuspended(rig.now());
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.PAUSED);
    int before = rig.changes.size();
    rig.runTo(10_900 * MS - 1);
    assertThat(rig.changes).hasSize(before);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 10_900 * MS);
    rig.runTo(11_900 * MS - 1);
    assertThat(rig.changes).hasSize(before + 1);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 11_900 * MS);
  }

  @Origins
  void modes(long origin) {
    Rig rig = new Rig(origin);
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.WARM_UP);
    rig.runTo(15 * SECOND - 1);
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.WARM_UP);
    rig.runTo(15 * SECOND);
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.NORMAL);
    rig.runWithout(rig.first, 30 * MS);
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.NORMAL);
    rig.runWithout(rig.first, 30 * MS);
    assertThat(rig.kernel.mode(rig.now())).as("it lasts").isEqualTo(DetectorMode.PAUSED);
    rig.run(10 * MS);
    assertThat(rig.kernel.mode(rig.now())).as("it is made up").isEqualTo(DetectorMode.PAUSED);
    rig.run(100 * MS);
    assertThat(rig.kernel.mode(rig.now())).isEqualTo(DetectorMode.NORMAL);
  }
}
