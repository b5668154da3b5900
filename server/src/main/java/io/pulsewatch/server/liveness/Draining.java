package io.pulsewatch.server.liveness;

/**
 * Whether we send everybody away. While we do, nobody without an open stream is declared DEAD: we
 * would refuse the very sign of life that we wait for. Whoever came to us since he was heard on it,
 * and was refused, is one of them: see {@link Session#isAway}. When it is over, what we owe him
 * begins anew: the wait that we named and his timeout, or his timeout. Who has a stream is judged
 * as ever, and a doubt is never held.
 *
 * <p>Confined to the loop.
 */
final class Draining {
  private final AwakeClock loopClock;
  private final Door door;
  private boolean on;

  /** How many are over. */
  private int over;

  /** When the last one was over, by the awake time of loop and door. */
  private long endedByLoop;

  private long endedByDoor;

  Draining(AwakeClock loopClock, Door door) {
    this.loopClock = loopClock;
    this.door = door;
  }

  /** Whether we do, from now on. */
  void turn(boolean drains, Moment now) {
    if (on && !drains) {
      over++;
      endedByLoop = loopClock.awake(now.nanos());
      endedByDoor = door.clock().awake(now.nanos());
    }
    on = drains;
  }

  /** How many are over: whoever loses his stream now was not sent away by them. */
  int over() {
    return over;
  }

  /** What becomes of a verdict. */
  Judge.Verdict review(Judge.Verdict verdict, Session session, Moment now) {
    if (verdict.kind() != Judge.Kind.DEAD || !session.isAway()) {
      return verdict;
    }
    if (!on && !isOwed(session)) {
      return verdict;
    }
    long left = on ? session.times().timeoutNanos() : owedNanos(session, now);
    if (left <= 0) {
      return verdict;
    }
    Cause cause = verdict.cause() == Cause.STREAM_LOST ? Cause.STREAM_LOST : Cause.SILENCE;
    return session.entry.state() == State.ALIVE
        ? new Judge.Verdict(Judge.Kind.SUSPECT, cause, verdict.nanos())
        : Judge.Verdict.waiting(left);
  }

  /** A verdict that waited for a drain is not overdue since before it was over. */
  Judge.Verdict since(Judge.Verdict verdict, Session session, Moment now) {
    if (verdict.kind() != Judge.Kind.DEAD || !session.isAway() || on || !isOwed(session)) {
      return verdict;
    }
    long overdue = Math.max(0, Math.min(verdict.nanos(), -owedNanos(session, now)));
    return new Judge.Verdict(Judge.Kind.DEAD, verdict.cause(), overdue);
  }

  /** Nothing is, where there was none, and for who lost his stream since. */
  private boolean isOwed(Session session) {
    return over > 0 && !(session.lost && session.lostAfterDrains == over);
  }

  /** What is left of that. */
  private long owedNanos(Session session, Moment now) {
    long goneByLoop = loopClock.awake(now.nanos()) - endedByLoop;
    long goneByDoor = door.clock().awake(now.nanos()) - endedByDoor;
    return session.owedNanos() - Math.min(goneByLoop, goneByDoor);
  }
}
