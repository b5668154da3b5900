package io.pulsewatch.client.session;

import java.util.random.RandomGenerator;

/**
 * Waits between attempts: the first retry at once, then full jitter over a bound that doubles.
 * Confined to its machine.
 */
final class Backoff {
  // Full jitter (a uniform draw from 0 to the bound) empties a crowd fastest for the work it makes:
  // M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
  static final long BASE_NANOS = 100_000_000L;
  private static final int MAX_DOUBLINGS = 20;

  private final RandomGenerator random;
  private int failures;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  void reset() {
    failures = 0;
  }

  /** The next wait after a loss. */
  long next(long capNanos) {
    int doublings = Math.min(failures++, MAX_DOUBLINGS) - 1;
    return doublings < 0 ? 0 : upTo(Math.min(capNanos, BASE_NANOS << doublings));
  }

  /** The next wait after a refusal: at once would be no answer to it. */
  long nextAfterRefusal(long capNanos) {
    failures = Math.max(failures, 1);
    return next(capNanos);
  }

  /** A wait that the server named, and jitter on top of it. */
  long nextAfterNamed(long namedNanos, long capNanos) {
    return namedNanos + nextAfterRefusal(capNanos);
  }

  /** A random part of a time. */
  long upTo(long nanos) {
    return (long) (random.nextDouble() * nanos);
  }
}
