package io.pulsewatch.client.session;

/**
 * Finds a connection on which nothing comes back. Confined to its machine.
 *
 * <p>TCP finds it too, after minutes; a fence allows seconds.
 */
final class Silence {
  // Our own slowness is no evidence: after a pause of this process the answer may lie unread in the
  // socket while this is asked. So the limit is looked at twice, with room between the looks for
  // the thread that reads.
  static final long SECOND_LOOK_NANOS = 20_000_000L;

  private static final long LEAST_NANOS = 50_000_000L;
  private static final long MOST_NANOS = 30_000_000_000L;
  private static final long SHORT_INTERVAL_LIMIT_NANOS = 1_000_000_000L;

  private boolean awaiting;
  private boolean doubted;
  private long sinceNanos;
  private long lookAtNanos;

  /**
   * How long to wait for an answer: two intervals, but 1 s .. 30 s; where a fence runs, at most
   * half of what it leaves after an interval, so that the other half is there to resume in. Never
   * less than three times what the register took on this connection, or a long path would be
   * replaced for ever.
   */
  static long limitNanos(Terms terms, long fenceNanos, long roundTripNanos) {
    long patient = Math.max(2 * terms.intervalNanos(), SHORT_INTERVAL_LIMIT_NANOS);
    patient = Math.min(patient, MOST_NANOS);
    if (fenceNanos < 0) {
      return patient;
    }
    long half = (fenceNanos - terms.intervalNanos()) / 2;
    long least = Math.max(LEAST_NANOS, 3 * roundTripNanos);
    return Math.min(patient, Math.max(half, least));
  }

  /** Something should come back. The oldest wait counts. */
  void await(long nowNanos, long limitNanos) {
    if (!awaiting) {
      awaiting = true;
      doubted = false;
      sinceNanos = nowNanos;
      lookAtNanos = nowNanos + limitNanos;
    }
  }

  /** Something came back. */
  void end() {
    awaiting = false;
  }

  /** Tells, at its second look, that nothing came. */
  boolean hasLasted(long nowNanos) {
    if (!awaiting || nowNanos - lookAtNanos < 0) {
      return false;
    }
    if (!doubted) {
      doubted = true;
      lookAtNanos = nowNanos + SECOND_LOOK_NANOS;
      return false;
    }
    return true;
  }

  long lastedNanos(long nowNanos) {
    return nowNanos - sinceNanos;
  }

  /** Time until the next look. */
  long untilLookNanos(long nowNanos) {
    return awaiting ? lookAtNanos - nowNanos : Long.MAX_VALUE;
  }
}
