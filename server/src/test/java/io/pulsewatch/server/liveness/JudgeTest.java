package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JudgeTest {
  /** Interval 2, timeout 6, resume window 5, suspect after 4. */
  private static final Times TIMES = new Times(2, 6, 5);

  /** A timeout that comes before the resume window would end. */
  private static final Times SHORT = new Times(2, 60, 50);

  @ParameterizedTest(name = "{0} silence {1} lost {2} own fault {3}: {4} {5} {6}")
  @CsvSource({
    // Silence only: just before, at and after the suspicion deadline and the timeout.
    "ALIVE,    0, -1, false, WAIT,    SILENCE,     4",
    "ALIVE,    3, -1, false, WAIT,    SILENCE,     1",
    "ALIVE,    4, -1, false, SUSPECT, SILENCE,     0",
    "ALIVE,    5, -1, false, SUSPECT, SILENCE,     1",
    "ALIVE,    6, -1, false, DEAD,    SILENCE,     0",
    "ALIVE,    7, -1, false, DEAD,    SILENCE,     1",
    "SUSPECT,  4, -1, false, WAIT,    SILENCE,     2",
    "SUSPECT,  5, -1, false, WAIT,    SILENCE,     1",
    "SUSPECT,  6, -1, false, DEAD,    SILENCE,     0",
    // A heartbeat stamped after this turn read its clock.
    "ALIVE,   -1, -1, false, WAIT,    SILENCE,     5",
    "SUSPECT, -1, -1, false, WAIT,    SILENCE,     7",
    // A lost stream is told at once, and dead at the resume window.
    "ALIVE,    0,  0, false, SUSPECT, STREAM_LOST, 0",
    "ALIVE,    3,  2, false, SUSPECT, STREAM_LOST, 2",
    "SUSPECT,  0,  0, false, WAIT,    SILENCE,     5",
    "SUSPECT,  4,  4, false, WAIT,    SILENCE,     1",
    "SUSPECT,  5,  5, false, DEAD,    STREAM_LOST, 0",
    "SUSPECT,  5,  6, false, DEAD,    STREAM_LOST, 1",
    // Two reasons: the one that was due first. Silence wins a tie.
    "SUSPECT,  6,  4, false, DEAD,    SILENCE,     0",
    "SUSPECT,  6,  5, false, DEAD,    SILENCE,     0",
    "SUSPECT,  7,  5, false, DEAD,    SILENCE,     1",
    "SUSPECT,  6,  6, false, DEAD,    STREAM_LOST, 1",
    "SUSPECT,  7,  6, false, DEAD,    SILENCE,     1",
    "SUSPECT,  7,  7, false, DEAD,    STREAM_LOST, 2",
    // Our own fault: told after half of min(timeout, resume window) = 2 (rounded down).
    "ALIVE,    0,  0, true,  WAIT,    SILENCE,     2",
    "ALIVE,    1,  1, true,  WAIT,    SILENCE,     1",
    "ALIVE,    2,  2, true,  SUSPECT, STREAM_LOST, 0",
    "ALIVE,    4,  1, true,  SUSPECT, SILENCE,     0",
    "ALIVE,    6,  1, true,  DEAD,    SILENCE,     0",
    "SUSPECT,  1,  1, true,  WAIT,    SILENCE,     4",
  })
  void judges(
      State state, long silence, long lost, boolean own, Judge.Kind kind, Cause cause, long nanos) {
    assertThat(judge(TIMES, state, silence, lost, own))
        .isEqualTo(new Judge.Verdict(kind, cause, nanos));
  }

  @ParameterizedTest
  @CsvSource({
    "ALIVE,   0, 0, false, DEAD, STREAM_LOST",
    // Our own fault: the rest of half its timeout, untold.
    "ALIVE,   0, 0, true,  WAIT, SILENCE",
    "ALIVE,   2, 2, true,  WAIT, SILENCE",
    "ALIVE,   3, 0, true,  DEAD, STREAM_LOST",
    "ALIVE,   3, 3, true,  DEAD, STREAM_LOST",
    "SUSPECT, 5, 0, false, DEAD, STREAM_LOST",
    "ALIVE,   6, 0, false, DEAD, SILENCE",
    "ALIVE,   0, -1, false, WAIT, SILENCE",
  })
  void withoutResumeWindowALossIsDeath(
      State state, long silence, long lost, boolean own, Judge.Kind kind, Cause cause) {
    Judge.Verdict verdict = judge(new Times(2, 6, 0), state, silence, lost, own);
    assertThat(verdict.kind()).isEqualTo(kind);
    assertThat(verdict.cause()).isEqualTo(cause);
  }

  /** We named a wait of 3: timeout 6 after it, suspicion 4 after it, whatever the silence says. */
  @ParameterizedTest
  @CsvSource({
    "ALIVE,    6, -1, 9, WAIT,    SILENCE,     7",
    "ALIVE,   12,  8, 3, WAIT,    SILENCE,     1",
    "ALIVE,   13,  9, 2, SUSPECT, STREAM_LOST, 0",
    "ALIVE,   13, -1, 2, SUSPECT, SILENCE,     0",
    "SUSPECT,  6,  5, 9, WAIT,    SILENCE,     9",
    "SUSPECT, 14, 13, 1, WAIT,    SILENCE,     1",
    "SUSPECT, 15, 14, 0, DEAD,    SILENCE,     0",
    "SUSPECT, 17, 16, -2, DEAD,   SILENCE,     2",
    "SUSPECT,  2,  1, 9, WAIT,    SILENCE,     9",
    // What is due later than that stays due then.
    "ALIVE,    1, -1, 4, WAIT,    SILENCE,     3",
    "SUSPECT,  1,  1, 2, WAIT,    SILENCE,     4",
  })
  void whomWeSentAwayGetsTheWaitAndItsTimeout(
      State state, long silence, long lost, long left, Judge.Kind kind, Cause cause, long nanos) {
    assertThat(Judge.judge(new Judge.Facts(TIMES, state, silence, lost, false, left, 4, 0, 0)))
        .isEqualTo(new Judge.Verdict(kind, cause, nanos));
  }

  /** Timeout 6, resume window 5, doubt after 4: each is the hold's where that is longer. */
  @ParameterizedTest
  @CsvSource({
    "ALIVE,    4, -1,  9, WAIT,    SILENCE,      5",
    "ALIVE,    8, -1,  9, WAIT,    SILENCE,      1",
    "ALIVE,    9, -1,  9, DEAD,    HOLD_EXPIRED, 0",
    "ALIVE,   11, -1,  9, DEAD,    HOLD_EXPIRED, 2",
    // A hold that ends before the timeout only calms.
    "ALIVE,    4, -1,  5, WAIT,    SILENCE,      1",
    "ALIVE,    5, -1,  5, SUSPECT, SILENCE,      0",
    "SUSPECT,  6, -1,  5, DEAD,    SILENCE,      0",
    // A loss is not told in it, and not deadly.
    "ALIVE,    3,  0,  9, WAIT,    SILENCE,      6",
    "ALIVE,    8,  8,  9, WAIT,    SILENCE,      1",
    "ALIVE,    9,  8,  9, DEAD,    HOLD_EXPIRED, 0",
    "SUSPECT,  5,  5,  5, DEAD,    STREAM_LOST,  0",
    "ALIVE,    5,  1,  5, SUSPECT, STREAM_LOST,  0",
  })
  void anAnnouncedPauseIsNoReasonToDoubt(
      State state, long silence, long lost, long hold, Judge.Kind kind, Cause cause, long nanos) {
    Judge.Facts facts =
        new Judge.Facts(TIMES, state, silence, lost, false, Judge.NOTHING, 4, hold, 0);
    assertThat(Judge.judge(facts)).isEqualTo(new Judge.Verdict(kind, cause, nanos));
  }

  /** Only doubt is damped, to 5 of silence and 4 of a loss at the most; death is in time. */
  @ParameterizedTest
  @CsvSource({
    "ALIVE,   4, -1, 1, WAIT,    SILENCE,     1",
    "ALIVE,   5, -1, 1, SUSPECT, SILENCE,     0",
    "ALIVE,   4, -1, 2, WAIT,    SILENCE,     1",
    "ALIVE,   5, -1, 2, SUSPECT, SILENCE,     0",
    "ALIVE,   4, -1, 9, WAIT,    SILENCE,     1",
    "ALIVE,   5, -1, 9, SUSPECT, SILENCE,     0",
    "ALIVE,   0,  0, 1, WAIT,    SILENCE,     1",
    "ALIVE,   1,  1, 1, SUSPECT, STREAM_LOST, 0",
    "ALIVE,   3,  3, 9, WAIT,    SILENCE,     1",
    "ALIVE,   4,  4, 9, SUSPECT, STREAM_LOST, 0",
    "SUSPECT, 5,  1, 1, WAIT,    SILENCE,     1",
    "ALIVE,   6, -1, 3, DEAD,    SILENCE,     0",
    "ALIVE,   5,  5, 9, DEAD,    STREAM_LOST, 0",
  })
  void whoFlapsIsDoubtedLater(
      State state, long silence, long lost, long damp, Judge.Kind kind, Cause cause, long nanos) {
    Judge.Facts facts =
        new Judge.Facts(TIMES, state, silence, lost, false, Judge.NOTHING, 4, 0, damp);
    assertThat(Judge.judge(facts)).isEqualTo(new Judge.Verdict(kind, cause, nanos));
  }

  /** Who asked to be dead at a loss is, hold or not. */
  @Test
  void aHoldGivesNoResumeWindow() {
    Judge.Facts facts =
        new Judge.Facts(new Times(2, 6, 0), State.ALIVE, 1, 0, false, Judge.NOTHING, 4, 60, 0);
    assertThat(Judge.judge(facts))
        .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0));
  }

  /** Whoever waits as long as he is told finds something to do, and nothing a moment earlier. */
  @Test
  void waitsExactlyUntilTheNextVerdict() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      State state = random.nextBoolean() ? State.ALIVE : State.SUSPECT;
      long silence = random.nextLong(0, 60);
      long lost = random.nextBoolean() ? Judge.NOT_LOST : random.nextLong(0, silence + 1);
      boolean own = lost != Judge.NOT_LOST && random.nextBoolean();
      Judge.Verdict now = judge(SHORT, state, silence, lost, own);
      if (now.kind() == Judge.Kind.WAIT) {
        assertThat(now.nanos()).isPositive();
        assertThat(later(state, silence, lost, own, now.nanos() - 1).kind())
            .isEqualTo(Judge.Kind.WAIT);
        assertThat(later(state, silence, lost, own, now.nanos()).kind())
            .isNotEqualTo(Judge.Kind.WAIT);
      }
    }
  }

  private static Judge.Verdict later(State state, long silence, long lost, boolean own, long by) {
    return judge(SHORT, state, silence + by, lost == Judge.NOT_LOST ? lost : lost + by, own);
  }

  private static Judge.Verdict judge(
      Times times, State state, long silence, long lost, boolean own) {
    return Judge.judge(
        new Judge.Facts(times, state, silence, lost, own, Judge.NOTHING, doubtOf(times), 0, 0));
  }

  private static long doubtOf(Times times) {
    return 2 * times.timeoutNanos() / 3;
  }
}
