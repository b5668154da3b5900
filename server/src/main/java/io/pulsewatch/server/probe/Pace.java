package io.pulsewatch.server.probe;

import java.util.concurrent.TimeUnit;

/**
 * So many a second, and no more than that at once.
 *
 * <p>It keeps one instant: when all that was taken would have been taken evenly. What is taken may
 * run ahead of the time by one second.
 *
 * <p>Confined to the fan-out thread.
 */
final class Pace {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final long gapNanos;
  private long evenNanos;

  Pace(int perSecond, long nowNanos) {
    this.gapNanos = SECOND / perSecond;
    this.evenNanos = nowNanos;
  }

  /** Takes one, if one is left. */
  boolean take(long nowNanos) {
    if (evenNanos - nowNanos < 0) {
      evenNanos = nowNanos;
    }
    if (evenNanos + gapNanos - nowNanos > SECOND) {
      return false;
    }
    evenNanos += gapNanos;
    return true;
  }
}
