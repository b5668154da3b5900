package io.pulsewatch.client.session;

/**
 * What the application may believe of one role, as a value that any thread can judge by its own
 * clock reading.
 *
 * @param era counts the times that belief began; 0: never
 * @param held whether the role was held when this was made
 * @param token the fencing token of the newest grant
 * @param endsAtNanos when belief ends by the clock, or when it ended
 * @param stopWithinNanos how much later than that work must have stopped
 */
public record RoleStanding(
    long era, boolean held, long token, long endsAtNanos, long stopWithinNanos) {
  /** Never held. */
  public static final RoleStanding NONE = new RoleStanding(0, false, 0, 0, 0);

  /** Tells whether nobody else can hold the role. */
  public boolean isHeld(long nowNanos) {
    return held && nowNanos - endsAtNanos < 0;
  }

  /** How long it is held for certain. */
  public long remainingNanos(long nowNanos) {
    return isHeld(nowNanos) ? endsAtNanos - nowNanos : 0;
  }

  /** What is left to stop in; all of it while the role is held. */
  public long leftToStopNanos(long nowNanos) {
    if (isHeld(nowNanos)) {
      return stopWithinNanos;
    }
    return Math.max(0, Math.min(stopWithinNanos, endsAtNanos + stopWithinNanos - nowNanos));
  }
}
