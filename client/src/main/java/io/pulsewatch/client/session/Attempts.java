package io.pulsewatch.client.session;

/**
 * The streams of one machine, one at a time, and how long each may take to be answered. Confined to
 * its machine.
 */
final class Attempts {
  // Patience doubles with each attempt that ran out of it: when a whole crowd comes back at once
  // the
  // server answers late, and impatience would only make the queue longer.
  static final long UNHURRIED_NANOS = 5_000_000_000L;
  private static final long LEAST_NANOS = 100_000_000L;
  private static final long MOST_NANOS = 20_000_000_000L;
  private static final int MAX_DOUBLINGS = 8;

  private long number;
  private String address = "";
  private long startedNanos;
  private long limitNanos;
  private int ranOut;

  /** Begins the next one. */
  long begin(String address, long firstLimitNanos, long nowNanos) {
    this.address = address;
    startedNanos = nowNanos;
    long first = Math.max(LEAST_NANOS, Math.min(firstLimitNanos, UNHURRIED_NANOS));
    limitNanos = Math.min(MOST_NANOS, first << ranOut);
    return ++number;
  }

  long number() {
    return number;
  }

  String address() {
    return address;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** It was answered. */
  void onAnswered() {
    ranOut = 0;
  }

  /** Tells whether it is over, and remembers that it was. */
  boolean ranOut(long nowNanos) {
    if (untilLimitNanos(nowNanos) > 0) {
      return false;
    }
    ranOut = Math.min(ranOut + 1, MAX_DOUBLINGS);
    return true;
  }

  long untilLimitNanos(long nowNanos) {
    return startedNanos + limitNanos - nowNanos;
  }
}
