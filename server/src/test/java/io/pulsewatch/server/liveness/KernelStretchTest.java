package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Longer times for all: granted are timeout 6 s, resume window 5 s, SUSPECT after 4 s. */
final class KernelStretchTest {
  private static final Load FULL = new Load(1, 0, 100_000);
  private static final Load CALM = new Load(0, 0, 0);

  private static final int MANY = 100;

  /** Long after it warmed up. */
  private static void look(Rig rig, Load load) {
    rig.kernel.onLoad(load, new Moment(rig.nanos() + 60 * SECOND, rig.wallMillis()));
  }

  /** Where a ledger is kept, nobody is waited for whom it does not know. */
  private static Settings durable(boolean stretches) {
    Settings standard = Settings.DEFAULT;
    return new Settings(
        standard.maxInstances(),
        standard.maxOverrides(),
        standard.maxMailPerTurn(),
        standard.maxExpiriesPerTurn(),
        standard.maxRemovalsPerTurn(),
        standard.retentionMillis(),
        standard.minEndedKept(),
        0,
        true,
        stretches,
        standard.maxGroups(),
        standard.roles());
  }

  /** Looks until so many steps were taken. */
  private static void up(Rig rig, int steps) {
    for (int i = 0; i < steps; i++) {
      int asked = rig.asked.size();
      for (int looks = 0; rig.asked.size() == asked; looks++) {
        assertThat(looks).isLessThan(MANY);
        look(rig, FULL);
      }
    }
  }

  private static void down(Rig rig) {
    for (int i = 0; i < 6 * Pressure.LOOKS_DOWN; i++) {
      look(rig, CALM);
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

  /** The flood of this server itself: pauses of 95 %, and a fifth of what comes was promised. */
  @Test
  void lateTicksBesideAFloodStretchNobody() {
    Rig rig = new Rig(0);
    for (int i = 0; i < MANY; i++) {
      look(rig, new Load(0.25, 0.95 * 0.25, 12_500));
    }
    assertThat(rig.asked).isEmpty();
  }

  /** Half as much again as can be read was granted, or was before its sender was lost. */
  @Test
  void whatIsKnownToBeTooMuchIsNotKnownOfSuspects() {
    Load behind = new Load(0.4, 0, 100_000, 150_000, 150_000, 1.5);
    Rig rig = new Rig(0);
    rig.runTo(60 * SECOND); // it warms up
    ManualClient client = rig.registered();
    client.end(News.End.LOST);
    rig.turn();
    rig.assertLast(State.SUSPECT, Cause.STREAM_LOST);
    for (int i = 0; i < MANY; i++) {
      look(rig, behind);
    }
    assertThat(rig.asked).isEmpty();
    rig.runTo(66 * SECOND);
    rig.settle();
    rig.assertLast(State.DEAD, Cause.STREAM_LOST);
    rig.registered();
    look(rig, behind);
    look(rig, behind);
    assertThat(rig.asked).isEmpty();
    look(rig, behind);
    assertThat(rig.asked).containsExactly(new Stretched(200, 200));
  }

  /** A disk that takes its time is no reason to ask for all steps at once. */
  @Test
  void theNextStepWaitsForTheLedgerToHaveTheLast() {
    Rig rig = new Rig(0);
    rig.keepsLate = true;
    up(rig, 1);
    for (int i = 0; i < MANY; i++) {
      look(rig, FULL);
    }
    assertThat(rig.asked).containsExactly(new Stretched(125, 125));
    rig.kernel.onKept(new Stretched(125, 125));
    for (int i = 0; i < 10; i++) {
      look(rig, FULL);
    }
    assertThat(rig.asked).as("its answer is awaited from now on").hasSize(1);
    up(rig, 1);
    assertThat(rig.asked).endsWith(new Stretched(150, 150));
  }

  /** What was asked to be taken back may be gone from the ledger before it says so. */
  @Test
  void whatIsBeingTakenBackIsAskedForAnew() {
    Rig rig = new Rig(0);
    up(rig, 1);
    rig.slow = true;
    for (int i = 0; i < Pressure.LOOKS_DOWN; i++) {
      look(rig, CALM);
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
    assertThat(rig.kernel.greatestStretchPercent()).isEqualTo(150);
    client.end(News.End.LEFT);
    rig.turn();
    look(rig, CALM);
    assertThat(rig.asked).endsWith(Stretched.NOT);
    assertThat(rig.kernel.greatestStretchPercent()).isEqualTo(100);
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
      look(rig, CALM);
      assertThat(rig.asked).as("a crash now").endsWith(new Stretched(100, 200));
      rig.runTo(second * SECOND);
      assertThat(client.heartbeat()).isEqualTo(Pulse.Outcome.ACK);
    }
    rig.runTo(16 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 16 * SECOND);
    look(rig, CALM);
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
      look(rig, CALM);
      assertThat(rig.asked).endsWith(new Stretched(100, 200));
    }
    rig.runTo(12 * SECOND);
    beat(rig, cron);
    look(rig, CALM);
    assertThat(rig.asked).endsWith(Stretched.NOT);
    rig.runTo(18 * SECOND);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 18 * SECOND);
  }

  /** It has no fence. The answer may be lost: it beats at the longer interval until it hears. */
  @Origins
  void whoHasNoResumeWindowGoesBackAsLate(long origin) {
    Rig rig = new Rig(origin);
    up(rig, 3);
    ManualClient cron = rig.client();
    cron.times = Times.grant(Times.UNSET, Times.UNSET, 0);
    beat(rig, cron);
    down(rig);
    beat(rig, cron);
    rig.runTo(12 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, 12 * SECOND);
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
    Rig rig = new Rig(0, durable(false));
    for (int i = 0; i < MANY; i++) {
      look(rig, FULL);
    }
    assertThat(rig.asked).isEmpty();
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
  }

  /** The looks of the first 15 s, and those with somebody in the queue. */
  @Test
  void whatComesWithACrowdIsNotCounted() {
    Rig rig = new Rig(0);
    for (int second = 0; second < 15; second++) {
      rig.kernel.onLoad(FULL, rig.now());
      rig.run(SECOND);
    }
    rig.kernel.onLoad(FULL, rig.now());
    rig.kernel.onLoad(FULL, rig.now());
    rig.longestWait = 101 * Rig.MS;
    rig.run(40 * SECOND);
    assertThat(rig.kernel.mode(rig.now()))
        .as("longer than we admit")
        .isEqualTo(DetectorMode.NORMAL);
    rig.kernel.onLoad(FULL, rig.now());
    rig.turn();
    rig.kernel.onLoad(FULL, rig.now());
    rig.longestWait = 100 * Rig.MS;
    rig.turn();
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
    rig.kernel.onLoad(FULL, rig.now());
    assertThat(rig.kernel.stretchPercent()).isEqualTo(125);
  }

  /** Those who were known before come back: that is no fleet that beats too often. */
  @Test
  void norIsAReturn() {
    Restart restart = new Restart();
    restart.before.registered();
    Rig rig = new Rig(0, durable(true));
    rig.kernel.recall(restart.kept(), rig.now());
    for (int i = 0; i < 30; i++) {
      rig.kernel.onLoad(FULL, rig.now());
    }
    assertThat(rig.kernel.stretchPercent()).isEqualTo(100);
    ManualClient client = rig.client();
    client.presented = client.offered.of(101);
    client.register();
    rig.turn();
    up(rig, 1);
    assertThat(rig.kernel.stretchPercent()).isEqualTo(125);
  }

  /** Half of them beat each 20 s; stretched that is 25 s, and two of those are waited for. */
  @Test
  void theNextStepWaitsForTheMedian() {
    Rig rig = new Rig(0);
    rig.registered();
    for (String name : List.of("b", "c")) {
      ManualClient slow = rig.client(rig.second, new InstanceKey("orders", name));
      slow.times = Times.grant(20 * SECOND, Times.UNSET, Times.UNSET);
      slow.register();
    }
    rig.turn();
    up(rig, 1);
    for (int i = 0; i < 52; i++) {
      look(rig, FULL);
      assertThat(rig.kernel.stretchPercent()).as("look %d", i).isEqualTo(125);
    }
    look(rig, FULL);
    assertThat(rig.kernel.stretchPercent()).isEqualTo(150);
  }

  /** One of a version to come, say: all of them may go by fences as long as that. */
  @Test
  void whatWasKeptBeyondTheLastStepHolds() {
    Restart restart = new Restart();
    restart.before.registered();
    restart.stretched = new Stretched(600, 600);
    restart.restart();
    Rig rig = restart.after;
    assertThat(rig.kernel.stretchPercent()).as("who comes back").isEqualTo(400);
    look(rig, CALM);
    assertThat(rig.asked).as("a crash now").endsWith(new Stretched(400, 600));
    long back = rig.nanos() - rig.origin;
    rig.run(36 * SECOND - 1);
    assertThat(rig.changes).isNotEmpty().noneMatch(one -> one.after().state() == State.DEAD);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, back + 36 * SECOND);
    look(rig, CALM);
    assertThat(rig.asked).endsWith(new Stretched(400, 400));
  }

  @Test
  void aRestartGivesEverybodyTheGreatest() {
    Restart restart = new Restart();
    restart.before.registered();
    up(restart.before, 3);
    look(restart.before, FULL);
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
