package io.pulsewatch.client.session;

/**
 * The three times that a session lives by.
 *
 * @param intervalNanos gap between heartbeats, more than 0
 * @param timeoutNanos allowed silence
 * @param resumeWindowNanos allowed time without a stream; 0: dead at stream loss, and no fence
 */
public record Terms(long intervalNanos, long timeoutNanos, long resumeWindowNanos) {
  /** Stands for a time that nobody wished for. */
  public static final long UNSET = -1;

  private static final long DEFAULT_INTERVAL_NANOS = 2_000_000_000L;
  private static final long DEFAULT_LEAST_WINDOW_NANOS = 5_000_000_000L;

  /** Refuses an interval that no schedule can be made of. */
  public Terms {
    if (intervalNanos <= 0) {
      throw new IllegalArgumentException("interval: " + intervalNanos + " ns (expected: > 0)");
    }
  }

  /** What a server will probably grant; each wish may be {@link #UNSET}. */
  public static Terms wished(long intervalNanos, long timeoutNanos, long resumeWindowNanos) {
    long interval = intervalNanos == UNSET ? DEFAULT_INTERVAL_NANOS : intervalNanos;
    long timeout = timeoutNanos == UNSET ? 3 * interval : timeoutNanos;
    long window = Math.max(DEFAULT_LEAST_WINDOW_NANOS, interval / 2 * 5);
    return new Terms(
        interval,
        timeout,
        resumeWindowNanos == UNSET ? Math.min(timeout, window) : resumeWindowNanos);
  }

  /** Whichever allowance ends first: the b of the fence formula. */
  public long allowanceNanos() {
    return Math.min(timeoutNanos, resumeWindowNanos);
  }
}
