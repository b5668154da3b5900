package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Suspicions that are withdrawn again and again: SUSPECT after 4 s, DEAD after 6 s of silence. */
final class KernelFlapTest {
  /** Silent for so long, then heard: a suspicion that is withdrawn. */
  private static void flap(Rig rig, ManualClient client, long silence) {
    rig.run(silence);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    client.heartbeat();
    rig.turn();
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
  }

  private static int flaps(Rig rig) {
    return rig.last().after().vitals().flaps(rig.nanos());
  }

  @Origins
  void threeAreFreeThenDoubtAndServingWait(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    flap(rig, client, 4_100 * MS);
    flap(rig, client, 4_100 * MS);
    assertThat(rig.last().after().serving()).isTrue();
    assertThat(flaps(rig)).isEqualTo(2);

    flap(rig, client, 4_100 * MS);
    assertThat(rig.last().after().serving()).as("it has to settle").isFalse();
    assertThat(rig.state()).as("but is told to be alive at once").isEqualTo(State.ALIVE);
    long heard = rig.nanos() - rig.origin;
    rig.runTo(heard + SECOND - 1);
    assertThat(rig.last().after().serving()).isFalse();
    rig.settle();
    rig.assertTold(State.ALIVE, Cause.RECOVERED, heard + SECOND);
    assertThat(rig.last().after().serving()).isTrue();

    rig.runTo(heard + 5 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, heard + 5 * SECOND);
    rig.runTo(heard + 6 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, heard + 6 * SECOND);
  }

  /** However long the wait, SUSPECT comes a quarter of what is left to the timeout before DEAD. */
  @Origins
  void doubtComesBeforeDeath(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    for (int i = 0; i < 8; i++) {
      flap(rig, client, 5_100 * MS);
    }
    long heard = rig.nanos() - rig.origin;
    rig.runTo(heard + 5 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, heard + 5 * SECOND);
    rig.runTo(heard + 6 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, heard + 6 * SECOND);
  }

  /** Nor does it wait for as long as the resume window: a quarter of that before DEAD. */
  @Origins
  void aLossIsToldBeforeItIsDeath(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.client();
    client.times = Times.grant(2 * SECOND, 60 * SECOND, 4 * SECOND);
    client.register();
    rig.turn();
    for (int i = 0; i < 8; i++) {
      flap(rig, client, 40 * SECOND);
    }
    long lost = rig.nanos() - rig.origin;
    client.end(News.End.LOST);
    rig.turn();
    rig.runTo(lost + 3 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, lost + 3 * SECOND);
    rig.runTo(lost + 4 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, lost + 4 * SECOND);
  }

  /** A proxy that cuts every few seconds: what is resumed within the wait is not even told. */
  @Origins
  void aLossThatIsResumedSoonIsNotTold(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    for (int i = 0; i < 3; i++) {
      flap(rig, client, 4_100 * MS);
    }
    rig.run(SECOND + 100 * MS);
    client.heartbeat();
    int before = rig.changes.size();
    client.end(News.End.LOST);
    rig.run(900 * MS);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = client.token();
    next.register();
    rig.turn();
    assertThat(next.granted().resumed()).isTrue();
    assertThat(rig.changes).hasSize(before);
    long lost = rig.nanos() - rig.origin;
    next.end(News.End.LOST);
    rig.turn();
    rig.runTo(lost + SECOND - 1);
    assertThat(rig.changes).hasSize(before);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.STREAM_LOST, lost + SECOND);
    rig.runTo(lost + 5 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, lost + 5 * SECOND);
  }

  /** Timeout 60 s: 1, 2, 4, 8, 16 s, then half the timeout. */
  @ParameterizedTest
  @CsvSource({"0, 0", "2, 0", "3, 1", "4, 2", "5, 4", "7, 16", "8, 30", "19, 30", "500, 30"})
  void theWaitDoublesUpToHalfTheTimeout(int withdrawn, long seconds) {
    Times times = Times.grant(20 * SECOND, 60 * SECOND, Times.UNSET);
    Flaps flaps = Flaps.NONE;
    for (int i = 0; i < withdrawn; i++) {
      flaps = flaps.and(Long.MAX_VALUE - 5 + i);
    }
    long now = Long.MAX_VALUE - 5 + withdrawn;
    assertThat(flaps.dampNanos(times, now)).isEqualTo(seconds * SECOND);
    assertThat(flaps.count(now)).isEqualTo(Math.min(withdrawn, 19));
    assertThat(flaps.count(now + 600 * SECOND)).isZero();
  }

  @Test
  void anOperatorMayLiftTheWait() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    for (int i = 0; i < 3; i++) {
      flap(rig, client, 4_100 * MS);
    }
    OperatorOverride serve =
        new OperatorOverride(OperatorOverride.Kind.SERVING, "", OperatorOverride.NEVER);
    rig.offer(new Command.SetOverride(client, Rig.KEY, serve));
    rig.turn();
    assertThat(rig.last().after().serving()).isTrue();
  }

  @Origins
  void theEndEndsIt(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    for (int i = 0; i < 3; i++) {
      flap(rig, client, 4_100 * MS);
    }
    client.end(News.End.LEFT);
    rig.turn();
    rig.assertLast(State.LEFT, Cause.LEAVE);
    assertThat(rig.last().after().settling()).isFalse();
    int before = rig.changes.size();
    rig.run(2 * SECOND);
    assertThat(rig.changes).hasSize(before);
  }
}
