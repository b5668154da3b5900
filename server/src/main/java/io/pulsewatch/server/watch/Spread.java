package io.pulsewatch.server.watch;

/**
 * So many, told one after the other and evenly within a time. Immutable.
 *
 * @param sinceNanos when the first of them is due
 * @param spanNanos the last is due before this is over; 0: all at once
 */
public record Spread(long sinceNanos, long spanNanos, int total) {

  /** How many should have been told by now. */
  public int due(long nowNanos) {
    long gone = nowNanos - sinceNanos;
    if (gone < 0 || total == 0) {
      return 0;
    }
    return gone >= spanNanos ? total : 1 + (int) ((total - 1) * ((double) gone / spanNanos));
  }
}
