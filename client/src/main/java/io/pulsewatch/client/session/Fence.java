package io.pulsewatch.client.session;

/**
 * The arithmetic of fences: F = (1 - r)(b / (1 + r) - d). Immutable.
 *
 * <p>b is the time that the server waits, r the error of clock rates, d what is left to stop in.
 * The server sends F for a d of its own, min(250 ms, b / 20). Whoever needs another one has to know
 * what it would be from that F alone, for an announced pause is in it and nowhere else.
 */
public final class Fence {
  private static final double RATE_ERROR = 0.001;
  private static final long MOST_TO_STOP_NANOS = 250_000_000L;
  private static final int SERVERS_SHARE = 20;
  private static final int WORKS_SHARE = 4;

  /** F / b as long as d is b / 20. */
  private static final double FENCE_SHARE =
      (1 - RATE_ERROR) * (1 / (1 + RATE_ERROR) - 1.0 / SERVERS_SHARE);

  private Fence() {}

  /** F for an allowance and what is left to stop in; may be negative. */
  public static long nanos(long allowanceNanos, long stopWithinNanos) {
    return (long) ((1 - RATE_ERROR) * (allowanceNanos / (1 + RATE_ERROR) - stopWithinNanos));
  }

  /** What work gets to stop in if it wishes for nothing: min(250 ms, b / 4). */
  public static long stopWithinNanos(long allowanceNanos) {
    return Math.min(MOST_TO_STOP_NANOS, allowanceNanos / WORKS_SHARE);
  }

  /**
   * How much sooner than the server's fence one comes that leaves this much to stop in; never
   * later.
   */
  static long soonerNanos(long fenceNanos, long stopWithinNanos) {
    double servers = Math.min(MOST_TO_STOP_NANOS, fenceNanos / FENCE_SHARE / SERVERS_SHARE);
    return Math.max(0, (long) ((1 - RATE_ERROR) * (stopWithinNanos - servers)));
  }
}
