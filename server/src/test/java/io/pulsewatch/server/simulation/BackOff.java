package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Times;
import java.util.concurrent.TimeUnit;

/** How long a client that lost its stream waits at the most before it tries again. */
final class BackOff {
  static final long FIRST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MOST = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_EXPIRED = TimeUnit.SECONDS.toNanos(15);

  private BackOff() {}

  static long capNanos(Times times, boolean believes, int attempt) {
    long b = times.shortestNanos();
    long most = believes ? MOST : MOST_EXPIRED;
    return Math.min(b == 0 ? most : Math.min(most, b / 3), FIRST << Math.min(attempt, 10));
  }
}
