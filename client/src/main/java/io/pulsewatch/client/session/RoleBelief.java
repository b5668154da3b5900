package io.pulsewatch.client.session;

import org.jspecify.annotations.Nullable;

/**
 * Whether one role may be believed to be held, and what of it has to be given up. Confined to its
 * machine.
 */
final class RoleBelief {
  // Held as long as the newest answer lists it, but never past the fence of the newest heartbeat
  // whose answer listed it. A server that takes a role away waits for our word that work has
  // stopped, or for our timeout from then on; both come after that fence.
  //
  // An era is one time that the application is told to work. It ends for good: what is believed
  // again, even by the same token, is a new era. So "all up to this era have stopped" can never be
  // said of work that began again meanwhile, and a release never overtakes it.
  //
  // Releases go by token, are repeated on the next stream until an answer covers them, and a token
  // that was given up once is not believed in again.
  private final RoleTerms terms;

  private boolean listed;
  private long token;
  private long fenceAtNanos;
  private long stopWithinNanos;

  private boolean believed;
  private long era;
  private long endsAtNanos;

  /** The application's work of all eras up to this one has stopped. */
  private long stoppedEra;

  /** The application wants it no more. */
  private boolean givenUp;

  /** To be given up as soon as work has stopped; 0: none. */
  private long owedToken;

  private long owedEra;

  /** The newest that was given up; 0: none. */
  private long releasedToken;

  /** A release is on its way, sent then. */
  private boolean unheard;

  private long releasedAtNanos;

  RoleBelief(RoleTerms terms) {
    this.terms = terms;
  }

  String name() {
    return terms.name();
  }

  /**
   * An answer listed the roles.
   *
   * @param listedToken null where this one is not among them
   */
  void onListed(@Nullable Long listedToken, Terms granted, Belief belief, long nowNanos) {
    boolean good = listedToken != null && Long.compareUnsigned(listedToken, releasedToken) > 0;
    if (listedToken == null || !good) {
      owe(nowNanos);
      repeat(listedToken, granted, nowNanos);
      return;
    }
    if (token != listedToken) {
      doubt(nowNanos);
    }
    token = listedToken;
    listed = true;
    owedToken = 0;
    stopWithinNanos = terms.stopWithinNanos(granted);
    fenceAtNanos = belief.fenceAtNanos(stopWithinNanos);
    if (givenUp || !terms.fits(granted)) { // who can never believe must not keep it from others
      owe(nowNanos);
    }
  }

  /** What was given up an interval ago, and is listed all the same, was not heard. */
  private void repeat(@Nullable Long listedToken, Terms granted, long nowNanos) {
    if (listedToken != null
        && listedToken == releasedToken
        && owedToken == 0
        && nowNanos - releasedAtNanos >= granted.intervalNanos()) {
      owedToken = releasedToken;
      owedEra = 0;
    }
  }

  /** An answer covers what was sent until then. */
  void onCovered(long sentNanos) {
    unheard &= sentNanos - releasedAtNanos < 0;
  }

  /** The same incarnation goes on, on another stream. */
  void onResumed() {
    if (unheard) {
      unheard = false;
      owedToken = releasedToken;
      owedEra = 0;
    }
  }

  /** The application wants it no more. */
  void onGivenUp(long nowNanos) {
    givenUp = true;
    owe(nowNanos);
  }

  /** The application's work of all eras up to this one has stopped. */
  void onStopped(long stopped) {
    stoppedEra = Math.max(stoppedEra, stopped);
    if (believed && stopped == era) {
      era++; // its clock was ahead of an answer that renewed belief
    }
  }

  /** The incarnation is over, and with it all that it held and owed. */
  void end(long nowNanos) {
    doubt(nowNanos);
    listed = false;
    owedToken = 0;
    releasedToken = 0;
    unheard = false;
  }

  void judge(Belief belief, long nowNanos) {
    if (!listed || !belief.isFenced()) {
      doubt(nowNanos);
      return;
    }
    // The session's own fence may have come forward since.
    long whole = belief.fenceAtNanos(stopWithinNanos);
    long end = whole - fenceAtNanos < 0 ? whole : fenceAtNanos;
    if (nowNanos - end >= 0) {
      doubt(end);
      return;
    }
    if (!believed) {
      believed = true;
      era++;
    }
    endsAtNanos = end;
  }

  RoleStanding standing() {
    return new RoleStanding(era, believed, token, endsAtNanos, stopWithinNanos);
  }

  boolean hasStopped() {
    return stoppedEra >= era;
  }

  /** The token that may be given up now; 0: none. */
  long dueToken() {
    return stoppedEra >= owedEra ? owedToken : 0;
  }

  /** That token is given up with a heartbeat of this instant. */
  void onReleased(long sentNanos) {
    releasedToken = owedToken;
    owedToken = 0;
    unheard = true;
    releasedAtNanos = sentNanos;
  }

  /** Time until belief ends by the clock. */
  long untilEndNanos(long nowNanos) {
    return believed ? endsAtNanos - nowNanos : Long.MAX_VALUE;
  }

  /** It is ours no more, and somebody waits to hear that work has stopped. */
  private void owe(long nowNanos) {
    if (!listed) {
      return;
    }
    listed = false;
    doubt(nowNanos);
    owedToken = token;
    owedEra = era;
  }

  private void doubt(long nowNanos) {
    if (believed) {
      believed = false;
      endsAtNanos = nowNanos - endsAtNanos < 0 ? nowNanos : endsAtNanos;
    }
  }
}
