package io.pulsewatch.server.liveness;

/**
 * An announced pause: so much silence from the heartbeat that announced it is no reason to doubt,
 * and death waits for its end.
 *
 * @param nanos from that heartbeat's arrival; 0: none
 * @param untilMillis wall time of its end, for people
 */
public record Hold(long nanos, long untilMillis) {
  public static final Hold NONE = new Hold(0, 0);

  /** After a restart it is as long as it was. */
  Hold anew(Moment now) {
    return nanos == 0 ? NONE : new Hold(nanos, now.wallMillis() + nanos / 1_000_000);
  }

  /** The next heartbeat without one ends it. */
  static Hold announced(long nanos, long arrivalNanos, Moment now) {
    long agoMillis = (now.nanos() - arrivalNanos) / 1_000_000;
    return nanos == 0 ? NONE : new Hold(nanos, now.wallMillis() - agoMillis + nanos / 1_000_000);
  }
}
