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
 * <p>Of two reasons to be dead, the one that was due first is the cause. Immutable.
 */
final class Judge {
  /** Stands for the time since a loss where no stream is lost. */
  static final long NOT_LOST = -1;

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
   * Judges.
   *
   * @param silenceNanos awake time since the last sign of life
   * @param lostNanos awake time since the stream was lost, or {@link #NOT_LOST}
   * @param ownFault the loss was read in the wake of a pause of ours
   */
  static Verdict judge(
      Times times, State state, long silenceNanos, long lostNanos, boolean ownFault) {
    boolean lost = lostNanos != NOT_LOST;
    long silenceLeft = times.timeoutNanos() - silenceNanos;
    long resumeLeft = lost ? times.resumeWindowNanos() - lostNanos : Long.MAX_VALUE;
    if (silenceLeft <= 0 || resumeLeft <= 0) {
      return silenceLeft <= resumeLeft
          ? new Verdict(Kind.DEAD, Cause.SILENCE, -silenceLeft)
          : new Verdict(Kind.DEAD, Cause.STREAM_LOST, -resumeLeft);
    }
    long left = Math.min(silenceLeft, resumeLeft);
    if (state != State.ALIVE) {
      return Verdict.waiting(left);
    }
    long tellLoss = ownFault ? times.shortestNanos() / 2 : 0;
    long lossLeft = lost ? tellLoss - lostNanos : Long.MAX_VALUE;
    if (lossLeft <= 0) {
      return new Verdict(Kind.SUSPECT, Cause.STREAM_LOST, -lossLeft);
    }
    long suspicionLeft = times.suspectNanos() - silenceNanos;
    if (suspicionLeft <= 0) {
      return new Verdict(Kind.SUSPECT, Cause.SILENCE, -suspicionLeft);
    }
    return Verdict.waiting(Math.min(left, Math.min(lossLeft, suspicionLeft)));
  }
}
