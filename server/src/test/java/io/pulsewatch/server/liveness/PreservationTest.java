package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What becomes of verdicts then. Interval 2 s, timeout 6 s, resume window 5 s. */
final class PreservationTest {
  private static final Times TIMES = Fleet.TIMES;
  private static final long INTERVAL = Fleet.INTERVAL;

  private Fleet fleet = new Fleet(0);

  /** The whole of it: 1 interval for sure, then all through the next one. */
  @Test
  void isHeldForAnIntervalAndReleasedEvenlyOverTheNext() {
    int count = 1_000;
    fleet.join(count, "", "");
    fleet.silent(0, count);
    int[] tenths = new int[10];
    for (int i = 0; i < count; i++) {
      Judge.Verdict waits = fleet.atTimeout(i, 0);
      assertThat(waits.kind()).isEqualTo(Judge.Kind.WAIT);
      assertThat(waits.nanos()).isGreaterThanOrEqualTo(INTERVAL).isLessThan(2 * INTERVAL);
      assertThat(fleet.atTimeout(i, INTERVAL - 1).kind()).isEqualTo(Judge.Kind.WAIT);
      assertThat(fleet.atTimeout(i, waits.nanos() - 1).kind()).isEqualTo(Judge.Kind.WAIT);
      assertThat(fleet.atTimeout(i, waits.nanos()))
          .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, waits.nanos()));
      tenths[(int) ((waits.nanos() - INTERVAL) * 10 / INTERVAL)]++;
    }
    for (int tenth : tenths) {
      assertThat(tenth).isBetween(98, 102);
    }
  }

  /** Of its zone, of its network and of all at once; in one surge and in the next. */
  @Test
  void eachSilenceIsHeldOnce() {
    fleet.join(40, "a", "10.0.0.0/24");
    fleet.silent(0, 20);
    long held = fleet.atTimeout(3, 0).nanos();
    fleet.now += INTERVAL;
    fleet.heard(5, 15);
    assertThat(fleet.isHeld(3)).isTrue();
    fleet.now += 10 * INTERVAL;
    fleet.silent(20, 20);
    assertThat(fleet.atTimeout(3, 0).nanos()).isEqualTo(held);
    assertThat(fleet.atTimeout(3, held).kind()).isEqualTo(Judge.Kind.DEAD);
    assertThat(fleet.atTimeout(3, 2 * INTERVAL).kind()).isEqualTo(Judge.Kind.DEAD);
  }

  /** A silence of its own, after it was heard. */
  @Test
  void whoIsHeardAndSilentAgainIsJudgedAnew() {
    fleet.join(10, "", "");
    fleet.silent(0, 5);
    assertThat(fleet.isHeld(0)).isTrue();
    fleet.heard(0, 5);
    assertThat(fleet.isOn()).isFalse();
    fleet.now += 10 * INTERVAL;
    fleet.silent(0, 1);
    assertThat(fleet.isHeld(0)).isFalse();
  }

  @Test
  void lossesFallBackToTheTimeout() {
    fleet.join(10, "", "");
    fleet.doubt(Fleet.Kind.STREAM_LOST, 0, 4);
    assertThat(fleet.atResumeWindow(0, TIMES.resumeWindowNanos()).kind())
        .isEqualTo(Judge.Kind.DEAD);
    fleet.doubt(Fleet.Kind.STREAM_LOST, 4, 1);
    long left = TIMES.timeoutNanos() - TIMES.resumeWindowNanos();
    assertThat(fleet.atResumeWindow(0, TIMES.resumeWindowNanos()))
        .isEqualTo(new Judge.Verdict(Judge.Kind.WAIT, Cause.SILENCE, left));
    assertThat(fleet.atResumeWindow(4, TIMES.timeoutNanos() - 1).nanos()).isEqualTo(1);
    assertThat(fleet.atResumeWindow(4, TIMES.timeoutNanos()))
        .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, 0));
    assertThat(fleet.isHeld(4)).as("it was not suspected by silence").isFalse();
  }

  /** A loss of its own ends a hold; with many others it does not. */
  @Test
  void aLossIsAnotherReasonThanSilence() {
    fleet.join(20, "", "");
    fleet.silent(0, 10);
    fleet.doubt(Fleet.Kind.STREAM_LOST, 0, 1);
    long silence = TIMES.timeoutNanos() + 1;
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, 1);
    long window = TIMES.resumeWindowNanos();
    assertThat(fleet.review(dead, 0, State.SUSPECT, silence, window - 3).nanos()).isEqualTo(3);
    assertThat(fleet.review(dead, 0, State.SUSPECT, silence, window))
        .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0));
    long held = fleet.atTimeout(0, 0).nanos();
    assertThat(fleet.review(dead, 0, State.SUSPECT, TIMES.timeoutNanos() + held, window).cause())
        .as("that was due first")
        .isEqualTo(Cause.SILENCE);
    fleet.doubt(Fleet.Kind.STREAM_LOST, 1, 9);
    assertThat(fleet.review(dead, 0, State.SUSPECT, silence, window).nanos()).isEqualTo(held - 1);
  }

  @Test
  void aLossThatIsDeathCountsAndIsNotSheltered() {
    fleet.join(10, "", "");
    fleet.doubt(Fleet.Kind.STREAM_LOST, 0, 5);
    Times none = Times.grant(Times.UNSET, Times.UNSET, 0);
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0);
    assertThat(fleet.review(dead, 0, none, State.ALIVE, 0, 0)).isEqualTo(dead);
    assertThat(fleet.isOn()).isTrue();
  }

  /** A pause that it announced itself is over: that was time enough. */
  @Test
  void anAnnouncedPauseIsNotHeld() {
    fleet.join(10, "", "");
    fleet.silent(0, 5);
    long hold = TIMES.timeoutNanos() + 1;
    Judge.Facts facts = Fleet.facts(TIMES, State.SUSPECT, hold, Judge.NOT_LOST, hold);
    Judge.Verdict dead = Judge.judge(facts);
    assertThat(dead).isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.HOLD_EXPIRED, 0));
    assertThat(fleet.review(dead, 0, facts)).isEqualTo(dead);
  }

  /** A loss that we may have made is told late; not later still. */
  @Test
  void suspectIsNeverHeld() {
    fleet.join(10, "", "");
    fleet.silent(0, 5);
    fleet.doubt(Fleet.Kind.STREAM_LOST, 0, 5);
    Judge.Verdict suspect = new Judge.Verdict(Judge.Kind.SUSPECT, Cause.SILENCE, 3);
    assertThat(fleet.review(suspect, 0, State.ALIVE, 3, 3)).isEqualTo(suspect);
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 3);
    assertThat(fleet.review(dead, 0, State.ALIVE, 5 * SECOND + 3, 5 * SECOND + 3))
        .isEqualTo(new Judge.Verdict(Judge.Kind.SUSPECT, Cause.STREAM_LOST, 3));
  }

  @Test
  void switchedOffNothingWaits() {
    fleet = new Fleet(new Preservation(false, 100, 0), 0);
    fleet.join(100, "a", "n");
    fleet.silent(0, 100);
    fleet.doubt(Fleet.Kind.STREAM_LOST, 0, 100);
    assertThat(fleet.isOn()).isFalse();
    assertThat(fleet.isHeld(0)).isFalse();
    assertThat(fleet.atResumeWindow(0, 5 * SECOND).kind()).isEqualTo(Judge.Kind.DEAD);
  }
}
