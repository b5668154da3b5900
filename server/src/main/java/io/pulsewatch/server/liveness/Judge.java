package io.pulsewatch.server.liveness;

/**
 * The decision table: what a silence and a lost stream mean for one instance, at one instant.
 *
 * <pre>
 *   silence >= timeout                      DEAD     SILENCE
 *   lost    >= resume window                DEAD     STREAM_LOST
 *   ALIVE, lost                             SUSPECT  STREAM_LOST   (read in the wake of a pause of
 *                                                    ours: only after half of the shorter time)
 *   ALIVE, silence >= suspicion deadline    SUSPECT  SILENCE
 *   else                                    wait for the first of these
 * </pre>
 *
 * <p>A hold makes timeout and resume window last to its end at the least, and until then nobody is
 * doubted. Past it: DEAD, HOLD_EXPIRED.
 *
 * <p>Whom we sent away is not DEAD before the wait that we named and its timeout are over, and not
 * doubted before the wait and its suspicion deadline.
 *
 * <p>Of two reasons to be dead, the one that was due first is the cause. Immutable.
 */
final class Judge {
  /** Stands for the time since a loss where no stream is lost. */
  static final long NOT_LOST = -1;

  /** Stands for what is owed where nothing is. */
  static final long NOTHING = Long.MIN_VALUE;

  private Judge() {}

  /** What is to be done. */
  enum Kind {
    WAIT,
    SUSPECT,
    DEAD
  }

  /**
   * What is to be done, and when or since when.
   *
   * @param nanos WAIT: awake time until the next look; else: how long the verdict is overdue
   */
  record Verdict(Kind kind, Cause cause, long nanos) {
    static Verdict waiting(long nanos) {
      return new Verdict(Kind.WAIT, Cause.SILENCE, nanos);
    }
  }

  /**
   * What is known of one instance at one instant.
   *
   * @param silenceNanos awake time since the last sign of life
   * @param lostNanos awake time since the stream was lost, or {@link #NOT_LOST}
   * @param ownFault the loss was read in the wake of a pause of ours
   * @param putOffNanos what is left of a wait that we named plus its timeout, or {@link #NOTHING}
   * @param doubtNanos silence at which SUSPECT is due
   * @param holdNanos announced silence; 0: none
   * @param dampNanos how long a suspicion waits for one that flaps
   */
  record Facts(
      Times times,
      State state,
      long silenceNanos,
      long lostNanos,
      boolean ownFault,
      long putOffNanos,
      long doubtNanos,
      long holdNanos,
      long dampNanos) {
    boolean isLost() {
      return lostNanos != NOT_LOST;
    }

    /** Until it has been silent for its timeout. */
    long silenceLeft() {
      return Math.max(Math.max(times.timeoutNanos(), holdNanos) - silenceNanos, putOffNanos);
    }

    /** Until its stream has been lost for its resume window. */
    long resumeLeft() {
      return isLost() ? Math.max(Math.max(windowLeft(), holdLeft()), putOffNanos) : Long.MAX_VALUE;
    }

    /** Who has no resume window gets half its timeout where the loss may be our own doing. */
    private long windowLeft() {
      return ownFault && times.resumeWindowNanos() == 0
          ? times.timeoutNanos() / 2 - silenceNanos
          : times.resumeWindowNanos() - lostNanos;
    }

    /** Until its silence is doubtful: damped, yet before it is deadly. */
    private long doubtLeft() {
      long doubtful = Math.min(doubtNanos + dampNanos, times.mostDoubtNanos());
      return Math.max(doubtful - silenceNanos, calmLeft());
    }

    /** Until a loss is told: damped, yet before it is deadly. */
    private long tellLeft() {
      if (!isLost()) {
        return Long.MAX_VALUE;
      }
      long tellLoss = (ownFault ? times.shortestNanos() / 2 : 0) + dampNanos;
      boolean hasWindow = times.resumeWindowNanos() > 0;
      long told = Math.min(tellLoss, times.mostUntoldNanos());
      return Math.max(hasWindow ? told - lostNanos : windowLeft(), calmLeft());
    }

    /** No doubt before this: a silence that was announced, or that we asked for, is none. */
    private long calmLeft() {
      long asked =
          putOffNanos == NOTHING ? NOTHING : putOffNanos - (times.timeoutNanos() - doubtNanos);
      return Math.max(asked, holdLeft());
    }

    /** What is left of an announced pause; a loss without a resume window knows none. */
    private long holdLeft() {
      boolean none = holdNanos == 0 || (isLost() && times.resumeWindowNanos() == 0);
      return none ? NOTHING : holdNanos - silenceNanos;
    }

    Cause deadBySilence() {
      return holdNanos > times.timeoutNanos() ? Cause.HOLD_EXPIRED : Cause.SILENCE;
    }

    Cause deadByLoss() {
      return holdLeft() > windowLeft() ? Cause.HOLD_EXPIRED : Cause.STREAM_LOST;
    }
  }

  static Verdict judge(Facts facts) {
    long silenceLeft = facts.silenceLeft();
    long resumeLeft = facts.resumeLeft();
    if (silenceLeft <= 0 || resumeLeft <= 0) {
      return silenceLeft <= resumeLeft
          ? new Verdict(Kind.DEAD, facts.deadBySilence(), -silenceLeft)
          : new Verdict(Kind.DEAD, facts.deadByLoss(), -resumeLeft);
    }
    long left = Math.min(silenceLeft, resumeLeft);
    if (facts.state() != State.ALIVE) {
      return Verdict.waiting(left);
    }
    long tellLeft = facts.tellLeft();
    if (tellLeft <= 0) {
      return new Verdict(Kind.SUSPECT, Cause.STREAM_LOST, -tellLeft);
    }
    long doubtLeft = facts.doubtLeft();
    if (doubtLeft <= 0) {
      return new Verdict(Kind.SUSPECT, Cause.SILENCE, -doubtLeft);
    }
    return Verdict.waiting(Math.min(left, Math.min(tellLeft, doubtLeft)));
  }
}
