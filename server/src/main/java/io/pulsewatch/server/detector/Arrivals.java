package io.pulsewatch.server.detector;

/**
 * The newest arrival of a stream, how far it was from the plan, and how far they are of late.
 * Confined to the thread that reads the stream.
 */
final class Arrivals {
  /** What {@link #record} returns where there was no silence to learn from. */
  static final long NOTHING = Long.MIN_VALUE;

  /** Gaps and deviations are kept in +-13 days: squares and sums of them stay in range. */
  static final long LIMIT = 1L << 50;

  /** Each gap moves the jitter by this share of the difference, as RFC 3550 does. */
  private static final int JITTER_SHIFT = 4;

  private final long intervalNanos;
  private boolean heard;
  private long lastNanos;
  private long jitterNanos;

  Arrivals(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  long intervalNanos() {
    return intervalNanos;
  }

  long jitterNanos() {
    return jitterNanos;
  }

  /**
   * Moves the arrival. Returns how much longer than planned the gap before it was, within +-{@link
   * #LIMIT}; {@link #NOTHING} for the first one and for one that took no slot.
   */
  long record(long slots, long arrivalNanos) {
    long deviation = doubted(slots, arrivalNanos);
    if (deviation != NOTHING) {
      jitterNanos += (Math.abs(deviation) - jitterNanos) >> JITTER_SHIFT;
    }
    return deviation;
  }

  /**
   * The same for the end of a suspicion, of which the jitter learns nothing: evidence sets the
   * silence that was doubted against it.
   */
  long doubted(long slots, long arrivalNanos) {
    boolean first = !heard;
    long gapNanos = move(arrivalNanos);
    return first || slots <= 0 ? NOTHING : clamp(gapNanos - plannedNanos(slots));
  }

  /** Moves the arrival and learns nothing. Returns the gap before it, within +-{@link #LIMIT}. */
  long move(long arrivalNanos) {
    long gapNanos = heard ? clamp(arrivalNanos - lastNanos) : 0;
    heard = true;
    lastNanos = arrivalNanos;
    return gapNanos;
  }

  /** The gap that so many slots stand for, at most {@link #LIMIT}. */
  long plannedNanos(long slots) {
    return slots < LIMIT / intervalNanos ? slots * intervalNanos : LIMIT;
  }

  /** The gap of one slot with that deviation; for sequences that outrun the time, nothing. */
  long oneGapNanos(long deviation) {
    return Math.max(0, intervalNanos + deviation);
  }

  /** The same plan and jitter; the arrival belongs to the stream. */
  Arrivals successor() {
    Arrivals next = new Arrivals(intervalNanos);
    next.jitterNanos = jitterNanos;
    return next;
  }

  private static long clamp(long nanos) {
    return Math.max(-LIMIT, Math.min(LIMIT, nanos));
  }
}
