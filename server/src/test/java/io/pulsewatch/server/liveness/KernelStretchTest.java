package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Longer times for all: granted are timeout 6 s, resume window 5 s, SUSPECT after 4 s. */
final class KernelStretchTest {
  private static final Load FULL = new Load(1, 0, 100_000);
  private static final Load CALM = new Load(0, 0, 0);

  private static void up(Rig rig, int steps) {
    for (int i = 0; i < steps * Pressure.LOOKS_BETWEEN; i++) {
      rig.kernel.onLoad(FULL);
    }
  }

  private static void down(Rig rig) {
    for (int i = 0; i < 6 * Pressure.LOOKS_DOWN; i++) {
      rig.kernel.onLoad(CALM);
    }
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
  }

  private static Times stretched(int percent) {
    return Rig.TIMES.stretched(percent);
  }

  @Origins
  void deathWaitsForTheLongerTimeout(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    up(rig, 3);
    assertThat(rig.kernel.stretchPercent()).isEqualTo(200);
    rig.runTo(4 * SECOND);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 4 * SECOND); // its detector was not told yet
    rig.runTo(12 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 12 * SECOND);
  }

  @Origins
  void soDoesALostStream(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    up(rig, 1);
    client.end(News.End.LOST);
    rig.turn();
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    rig.runTo(25 * SECOND / 4 - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.STREAM_LOST, 25 * SECOND / 4);
  }

  @Origins
  void nobodyLivesUnderWhatTheLedgerDoesNotHave(long origin) {
    Rig rig = new Rig(origin);
    rig.registered();
    rig.slow = true;
    up(rig, 1);
    assertThat(rig.asked).containsExactly(new Stretched(125, 125));
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
    rig.kernel.onKept(new Stretched(125, 125));
    assertThat(rig.kernel.stretchPercent()).isEqualTo(125);
  }

  /** What was asked to be taken back may be gone from the ledger before it says so. */
  @Test
  void whatIsBeingTakenBackIsAskedForAnew() {
    Rig rig = new Rig(0);
    up(rig, 1);
    rig.slow = true;
    for (int i = 0; i < Pressure.LOOKS_DOWN; i++) {
      rig.kernel.onLoad(CALM);
    }
    assertThat(rig.asked).containsExactly(new Stretched(125, 125), Stretched.NOT);
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
    up(rig, 1);
    assertThat(rig.kernel.stretchPercent()).as("the ledger may have 100").isEqualTo(100);
    rig.kernel.onKept(Stretched.NOT);
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
    rig.kernel.onKept(new Stretched(125, 125));
    assertThat(rig.kernel.stretchPercent()).isEqualTo(125);
  }

  @Test
  void theLedgerKeepsTheGreatestUnderWhichSomebodyLives() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    up(rig, 2);
    down(rig);
    assertThat(rig.asked).endsWith(new Stretched(100, 150));
    client.end(News.End.LEFT);
    rig.turn();
    rig.kernel.onLoad(CALM);
    assertThat(rig.asked).endsWith(Stretched.NOT);
  }

  @Origins
  void whoRegistersIsGrantedLongerTimes(long origin) {
    Rig rig = new Rig(origin);
    up(rig, 3);
    ManualClient client = rig.registered();
    assertThat(client.granted().times()).isEqualTo(stretched(200));
    assertThat(client.granted().entry().times()).as("what is kept").isEqualTo(Rig.TIMES);
    rig.runTo(8 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 8 * SECOND);
    rig.runTo(12 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 12 * SECOND);
  }

  @Origins
  void itGoesBackWithTheNextResume(long origin) {
    Rig rig = new Rig(origin);
    up(rig, 3);
    ManualClient client = rig.registered();
    down(rig);
    client.presented = client.token();
    client.register();
    rig.turn();
    assertThat(client.granted().times()).isEqualTo(Rig.TIMES);
    for (int second = 2; second <= 10; second += 2) {
      rig.kernel.onLoad(CALM);
      assertThat(rig.asked).as("a crash now").endsWith(new Stretched(100, 200));
      rig.runTo(second * SECOND);
      assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
    }
    rig.runTo(16 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 16 * SECOND);
    rig.kernel.onLoad(CALM);
    assertThat(rig.asked).endsWith(Stretched.NOT);
  }

  /** The answer may be lost: the client goes by its old fence, and timeout and window ran to 10. */
  @Origins
  void butNotBeforeEachOldFenceIsOver(long origin) {
    Rig rig = new Rig(origin);
    up(rig, 3);
    ManualClient client = rig.registered();
    down(rig);
    client.presented = client.token();
    client.register();
    rig.turn();
    rig.runTo(10 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 10 * SECOND);
  }

  @Origins
  void soDoesWhoComesByBeats(long origin) {
    Rig rig = new Rig(origin);
    up(rig, 3);
    ManualClient cron = rig.client();
    beat(rig, cron);
    assertThat(cron.granted().times()).isEqualTo(stretched(200));
    down(rig);
    for (int second = 2; second <= 8; second += 2) {
      rig.runTo(second * SECOND);
      beat(rig, cron);
      assertThat(cron.granted().times()).isEqualTo(Rig.TIMES);
      rig.kernel.onLoad(CALM);
      assertThat(rig.asked).endsWith(new Stretched(100, 200));
    }
    rig.runTo(12 * SECOND);
    beat(rig, cron);
    rig.kernel.onLoad(CALM);
    assertThat(rig.asked).endsWith(Stretched.NOT);
    rig.runTo(18 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 18 * SECOND);
  }

  private static void beat(Rig rig, ManualClient cron) {
    cron.registerByBeat(News.heard(0, 0, Gap.NONE, null));
    rig.turn();
  }

  @Test
  void aHoldIsAsLongAsTheLongerTimesAtLeast() {
    Rig rig = new Rig(0);
    ManualClient client = rig.registered();
    up(rig, 3);
    client.hold(8 * SECOND);
    rig.turn();
    Answer.Heard heard = (Answer.Heard) client.lastReply();
    assertThat(heard.stretchPercent()).isEqualTo(200);
    assertThat(heard.times()).isEqualTo(new Times(4 * SECOND, 12 * SECOND, 10 * SECOND));
  }

  @Origins
  void aStreamThatIsToldHasItsSilencesExpectedLonger(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = rig.registered();
    up(rig, 3);
    client.heartbeat();
    client.pulse.grant(Rig.TIMES, 200);
    rig.runTo(8 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.ALIVE);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, 8 * SECOND);
  }

  @Test
  void whatIsSwitchedOffNeverRises() {
    Settings standard = Settings.DEFAULT;
    Settings off =
        new Settings(
            standard.maxInstances(),
            standard.maxOverrides(),
            standard.maxMailPerTurn(),
            standard.maxExpiriesPerTurn(),
            standard.maxRemovalsPerTurn(),
            standard.retentionMillis(),
            standard.minEndedKept(),
            0,
            true,
            false,
            standard.maxGroups());
    Rig rig = new Rig(0, off);
    up(rig, 5);
    assertThat(rig.asked).isEmpty();
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
  }

  @Test
  void aRestartGivesEverybodyTheGreatest() {
    Restart restart = new Restart();
    restart.before.registered();
    up(restart.before, 3);
    restart.before.kernel.onLoad(FULL);
    restart.stretched = new Stretched(125, 200);
    restart.restart();
    assertThat(restart.after.kernel.stretchPercent()).isEqualTo(125);
    Rig rig = restart.after;
    long back = rig.nanos();
    rig.run(12 * SECOND - 1);
    assertThat(rig.changes).isNotEmpty().noneMatch(one -> one.after().state() == State.DEAD);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, back - rig.origin + 12 * SECOND);
  }

  @Test
  void whoComesBackAfterARestartIsGrantedWhatIsInForce() {
    Restart restart = new Restart();
    restart.before.registered();
    restart.stretched = new Stretched(125, 400);
    restart.restart();
    ManualClient client = restart.back(one -> one.presented = one.offered.of(101));
    assertThat(client.granted().resumed()).isTrue();
    assertThat(client.granted().times()).isEqualTo(stretched(125));
  }
}
