package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.server.detector.DetectorChoice;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What detectors have to do with verdicts: interval 2 s, timeout 6 s. */
final class KernelDetectorTest {
  private static ManualClient client(Rig rig, DetectorChoice detector) {
    ManualClient client = rig.client();
    client.detector = detector;
    client.register();
    rig.turn();
    return client;
  }

  /** Beats each 2 s, so many times, so much late each. */
  private static void beat(Rig rig, ManualClient client, int beats, long lateNanos) {
    long begun = rig.nanos() - rig.origin;
    for (int i = 1; i <= beats; i++) {
      rig.runTo(begun + 2L * i * SECOND + lateNanos * (i % 2));
      client.heartbeat();
    }
  }

  /** 1.1 x interval .. timeout - (timeout - interval) / 4. */
  @ParameterizedTest
  @CsvSource({"1, 2200", "2199, 2200", "2500, 2500", "5000, 5000", "5001, 5000", "99999, 5000"})
  void aWishIsClamped(long wishMillis, long doubtMillis) {
    Rig rig = new Rig(0);
    ManualClient client = client(rig, new DetectorChoice.Fixed(wishMillis * MS));
    rig.runTo(SECOND);
    client.heartbeat();
    rig.runTo(SECOND + doubtMillis * MS - 1);
    assertThat(rig.changes).hasSize(1);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, SECOND + doubtMillis * MS);
    assertThat(rig.last().evidence().suspicion()).isCloseTo(1, within(0.01));
  }

  /**
   * A stream that is always in time is doubted sooner than one that never is; death is the same.
   */
  @Origins
  void theDefaultLearns(long origin) {
    long regular = doubtAfter(origin, 0);
    long jumpy = doubtAfter(origin, 500 * MS);
    assertThat(regular).isBetween(2_200 * MS, 3_000 * MS);
    assertThat(jumpy).isBetween(3_000 * MS, 5_010 * MS);
  }

  private static long doubtAfter(long origin, long lateNanos) {
    Rig rig = new Rig(origin);
    ManualClient client = client(rig, DetectorChoice.DEFAULT);
    beat(rig, client, 200, lateNanos);
    long heard = rig.nanos() - rig.origin;
    assertThat(rig.changes).hasSize(1);
    while (rig.changes.size() < 2) {
      rig.step(MS);
    }
    long doubt = rig.nanos() - rig.origin - heard;
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    if (lateNanos > 0) {
      assertThat(rig.last().evidence().jitterNanos()).isBetween(lateNanos / 2, lateNanos);
    }
    rig.runTo(heard + 6 * SECOND - 1);
    assertThat(rig.state()).isEqualTo(State.SUSPECT);
    rig.settle();
    rig.assertTold(State.DEAD, Cause.SILENCE, heard + 6 * SECOND);
    return doubt;
  }

  /** The timer was armed for a later doubt than the newest heartbeat has taught. */
  @Origins
  void aDoubtThatShrinksIsStillInTime(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client =
        client(
            rig,
            new DetectorChoice.Adaptive(
                DetectorChoice.Kind.PHI_LOGISTIC, DetectorChoice.Profile.LAN, 0));
    long taught = client.pulse.doubtNanos();
    for (int i = 0; i < 400; i++) {
      rig.run(MS);
      client.heartbeat();
    }
    long due = rig.nanos() - rig.origin + client.pulse.doubtNanos();
    assertThat(due).as("the timer waits for later").isLessThan(taught);
    rig.runTo(due - 1);
    assertThat(rig.changes).hasSize(1);
    rig.settle();
    rig.assertTold(State.SUSPECT, Cause.SILENCE, due);
  }

  /** What one stream has taught goes on with the next, unless the client chose anew. */
  @ParameterizedTest
  @CsvSource({"false, false, true", "true, false, false", "false, true, false"})
  void aResumeCarriesTheHistoryOn(boolean otherChoice, boolean otherInterval, boolean goesOn) {
    Rig rig = new Rig(0);
    ManualClient old = client(rig, DetectorChoice.DEFAULT);
    long fresh = old.pulse.doubtNanos();
    beat(rig, old, 200, 500 * MS);
    long learnt = old.pulse.doubtNanos();
    assertThat(learnt).isGreaterThan(fresh);
    ManualClient next = rig.client(rig.second, Rig.KEY);
    next.presented = old.token();
    next.detector =
        otherChoice
            ? new DetectorChoice.Adaptive(DetectorChoice.Kind.TAIL, DetectorChoice.Profile.LAN, 2.9)
            : DetectorChoice.DEFAULT;
    next.times = otherInterval ? Times.grant(1_900 * MS, Times.UNSET, Times.UNSET) : Rig.TIMES;
    next.register();
    rig.turn();
    assertThat(next.granted().resumed()).isTrue();
    assertThat(next.pulse.doubtNanos() == learnt).isEqualTo(goesOn);
  }

  @Origins
  void beatsTeachOneAfterTheOther(long origin) {
    Rig rig = new Rig(origin);
    ManualClient cron = rig.client();
    cron.detector = DetectorChoice.DEFAULT;
    cron.registerByBeat(News.heard(0, 0, Gap.NONE, null));
    rig.turn();
    long fresh = cron.pulse.doubtNanos();
    for (int i = 1; i <= 200; i++) {
      rig.runTo(2L * i * SECOND + 500 * MS * (i % 2));
      cron.registerByBeat(News.heard(0, 0, Gap.NONE, null));
      rig.turn();
    }
    assertThat(cron.pulse.doubtNanos()).isGreaterThan(fresh);
    assertThat(rig.changes).hasSize(1);
  }

  /** Akka's rule is that what ended a suspicion is not recorded; the default learns from it. */
  @Origins
  void aSilenceThatEndedASuspicionTeaches(long origin) {
    assertThat(doubtAfterStalls(origin, DetectorChoice.Kind.TAIL)).isGreaterThan(4_500 * MS);
    DetectorChoice.Kind akka = DetectorChoice.Kind.PHI_LOGISTIC;
    Rig rig = new Rig(origin);
    ManualClient client = client(rig, adaptive(akka));
    beat(rig, client, 100, 0);
    assertThat(doubtAfterStalls(origin, akka)).isEqualTo(client.pulse.doubtNanos());
  }

  /**
   * What doubt takes after five stalls of 5.5 s that were each doubted, too far apart for a
   * flapping instance.
   */
  private static long doubtAfterStalls(long origin, DetectorChoice.Kind kind) {
    Rig rig = new Rig(origin);
    ManualClient client = client(rig, adaptive(kind));
    for (int i = 0; i < 5; i++) {
      stall(rig, client, 5_500 * MS);
      beat(rig, client, 160, 0);
    }
    return client.pulse.doubtNanos();
  }

  private static void stall(Rig rig, ManualClient client, long nanos) {
    rig.run(nanos);
    rig.assertLast(State.SUSPECT, Cause.SILENCE);
    client.heartbeat();
    rig.step(MS);
    rig.assertLast(State.ALIVE, Cause.RECOVERED);
  }

  private static DetectorChoice adaptive(DetectorChoice.Kind kind) {
    return new DetectorChoice.Adaptive(kind, DetectorChoice.Profile.LAN, 0);
  }

  /** A beat is a heartbeat: what it ended, doubted or not, teaches, unless it was announced. */
  @ParameterizedTest
  @CsvSource({"false, true", "true, false"})
  void beatsTeachWhatWasDoubtedAndNotWhatWasAnnounced(boolean announced, boolean teaches) {
    Rig rig = new Rig(0);
    ManualClient cron = rig.client();
    cron.detector = DetectorChoice.DEFAULT;
    cron.registerByBeat(News.heard(0, 0, Gap.NONE, null));
    rig.turn();
    long fresh = cron.pulse.doubtNanos();
    long now = 0;
    for (int i = 1; i <= 800; i++) {
      boolean stalls = i % 160 == 0;
      boolean announces = announced && i % 160 == 159;
      now += (stalls ? 5_500 : 2_000) * MS;
      rig.runTo(now);
      if (stalls && !announced) {
        rig.assertLast(State.SUSPECT, Cause.SILENCE);
      }
      News beat = News.heard(0, 0, Gap.NONE, null);
      cron.registerByBeat(announces ? beat.holding(10 * SECOND) : beat);
      rig.turn();
    }
    assertThat(cron.pulse.doubtNanos() > fresh).isEqualTo(teaches);
  }

  /** A silence in which we paused says nothing of the stream, whether it was doubted or not. */
  @Origins
  void pausesOfOursTeachNothing(long origin) {
    Rig rig = new Rig(origin);
    ManualClient client = client(rig, DetectorChoice.DEFAULT);
    beat(rig, client, 100, 0);
    long learnt = client.pulse.doubtNanos();
    for (int i = 0; i < 3; i++) {
      rig.run(SECOND);
      rig.pass(5 * SECOND);
      client.heartbeat();
      rig.step(MS);
      rig.run(SECOND);
      rig.pass(SECOND);
      rig.step(MS);
      stall(rig, client, 4_500 * MS);
    }
    rig.run(2 * SECOND);
    beat(rig, client, 100, 0);
    assertThat(client.pulse.doubtNanos()).isLessThanOrEqualTo(learnt);
  }
}
