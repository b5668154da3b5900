package io.pulsewatch.client.session;

/**
 * Whether the application may believe that its incarnation is the one that the server knows, and
 * the telling of it. Confined to its machine.
 */
final class Belief {
  // The server computes the fence, F = (1 - r)(b/(1 + r) - d), and sends it as `expires_in`; it
  // counts from this machine's own send instant of the newest heartbeat (or register) whose answer
  // carried it. "Newest" and not "latest fence": after a stretch ends a younger fence is shorter.
  private static final long MOST_FENCE_NANOS = 48L * 3600 * 1_000_000_000L;

  /** No fence is a smaller part of its allowance: (1 - r)(1/(1 + r) - 1/20) is about 0.95. */
  private static final double LEAST_FENCE = 0.9;

  private final SenderActions actions;
  private boolean registered;
  private long incarnation;

  /** Resume window 0: belief lasts as long as the stream. */
  private boolean fenceless;

  private boolean streamOpen;
  private boolean fenced;
  private long renewedAtNanos;
  private long fenceAtNanos;

  /** From the instant that it counts from. */
  private long fenceNanos;

  /** The fence without an announced pause. */
  private long grantedNanos;

  /** A pause is announced, until this instant. */
  private boolean held;

  private long heldUntilNanos;

  /** A pause was ended before its time; what was sent before this renews nothing. */
  private boolean cutShort;

  private long cutShortAtNanos;

  /** What the application was last told. */
  private boolean told;

  Belief(SenderActions actions) {
    this.actions = actions;
  }

  boolean isRegistered() {
    return registered;
  }

  /** Tells whether the same incarnation goes on. */
  boolean goesOn(Grant grant) {
    return registered && incarnation == grant.incarnation();
  }

  void onRegistered(Grant grant, long sentNanos, long nowNanos) {
    if (!goesOn(grant)) {
      end();
      registered = true;
      grantedNanos = 0;
      incarnation = grant.incarnation();
      actions.tellRegistered(grant);
      told = true;
    }
    streamOpen = true;
    fenceless = grant.terms().resumeWindowNanos() == 0;
    // A resume may go back to shorter times: what was granted before counts no more.
    grantedNanos =
        grant.expiresInNanos() >= 0
            ? grant.expiresInNanos()
            : Math.min(grantedNanos, leastFenceNanos(grant.terms()));
    renew(sentNanos, grant.expiresInNanos());
    judge(nowNanos);
  }

  /**
   * A heartbeat or register was sent. Where it ends an announced pause, or shortens it, the server
   * does so when it hears it, whether its answer comes back or not: so the fence comes forward at
   * once, and answers to what was sent before move it no more.
   *
   * @param holdNanos the pause that it announces; 0: none
   */
  void onSent(long sentNanos, long holdNanos) {
    boolean sooner = held && sentNanos + holdNanos - heldUntilNanos < 0;
    held = holdNanos > 0;
    heldUntilNanos = sentNanos + holdNanos;
    if (sooner) {
      cutShort = true;
      cutShortAtNanos = sentNanos;
      long withoutNanos = Math.min(grantedNanos, MOST_FENCE_NANOS);
      if (fenced && fenceAtNanos - (sentNanos + withoutNanos) > 0) {
        fenceNanos = withoutNanos;
        fenceAtNanos = sentNanos + withoutNanos;
      }
    }
  }

  /**
   * Longer times are in force. The answer that says so may count an announced pause, too, or no
   * fence at all.
   *
   * @return the fence that each answer grants from now on, at the least; {@link Terms#UNSET}: none
   */
  long onStretched(Terms stretched) {
    grantedNanos = Math.max(grantedNanos, leastFenceNanos(stretched));
    return fenceless ? Terms.UNSET : grantedNanos;
  }

  private static long leastFenceNanos(Terms terms) {
    return (long) (LEAST_FENCE * terms.allowanceNanos());
  }

  /** Moves the fence, if this is newer than what it counts from. */
  void renew(long sentNanos, long expiresInNanos) {
    boolean stale =
        (fenced && sentNanos - renewedAtNanos < 0) || (cutShort && sentNanos - cutShortAtNanos < 0);
    if (expiresInNanos < 0 || stale) {
      return;
    }
    fenced = true;
    renewedAtNanos = sentNanos;
    fenceNanos = Math.min(expiresInNanos, MOST_FENCE_NANOS);
    fenceAtNanos = sentNanos + fenceNanos;
  }

  void onStreamLost(long nowNanos) {
    streamOpen = false;
    judge(nowNanos);
  }

  /** The incarnation is over. */
  void end() {
    if (told) {
      told = false;
      actions.tellExpired();
    }
    forget();
  }

  /** The application itself ends it: there is nothing to tell. */
  void forget() {
    registered = false;
    fenced = false;
    told = false;
  }

  boolean isCurrent(long nowNanos) {
    return standing().isCurrent(nowNanos);
  }

  /** Tells what changed. */
  void judge(long nowNanos) {
    boolean current = isCurrent(nowNanos);
    if (current == told) {
      return;
    }
    told = current;
    if (current) {
      actions.tellRestored();
    } else {
      actions.tellExpired();
    }
  }

  /** Tells whether belief ends by the clock, so that a role may be held. */
  boolean isFenced() {
    return standing().kind() == Standing.Kind.FENCED;
  }

  /** When belief ends for work that needs this long to stop. */
  long fenceAtNanos(long stopWithinNanos) {
    return fenceAtNanos - Fence.soonerNanos(fenceNanos, stopWithinNanos);
  }

  Standing standing() {
    if (!registered || (fenceless ? !streamOpen : !fenced)) {
      return Standing.NONE;
    }
    return fenceless
        ? new Standing(incarnation, Standing.Kind.UNFENCED, 0)
        : new Standing(incarnation, Standing.Kind.FENCED, fenceAtNanos);
  }

  /** Time until belief ends by the clock. */
  long untilExpiryNanos(long nowNanos) {
    return told && !fenceless && fenced ? fenceAtNanos - nowNanos : Long.MAX_VALUE;
  }
}
