package io.pulsewatch.server.liveness;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The suspicions of one session that were withdrawn lately, and what they cost it: the next one
 * waits, and so does a return to serving.
 *
 * <p>The first three are free. From then on it is 1 s, twice that for each further one, and at most
 * half the timeout. They are forgotten after ten minutes. Immutable.
 */
final class Flaps {
  static final Flaps NONE = new Flaps(new long[0]);

  private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int FREE = 3;

  /** So many doublings pass half of the longest timeout. */
  private static final int MAX_KEPT = FREE + 16;

  /** Monotonic times, oldest first. */
  private final long[] withdrawnNanos;

  private Flaps(long[] withdrawnNanos) {
    this.withdrawnNanos = withdrawnNanos;
  }

  /** As they were in an earlier process. */
  static Flaps restored(List<Long> withdrawnMillis, Moment now) {
    return new Flaps(
        withdrawnMillis.stream()
            .sorted()
            .skip(Math.max(0, withdrawnMillis.size() - MAX_KEPT))
            .mapToLong(millis -> now.nanos() - Bygone.agoNanos(millis, now))
            .toArray());
  }

  /** Wall times, for a process to come. */
  List<Long> withdrawnMillis(Moment now) {
    return Arrays.stream(withdrawnNanos)
        .mapToObj(nanos -> now.wallMillis() - (now.nanos() - nanos) / 1_000_000)
        .toList();
  }

  /** One more, at this instant. */
  Flaps and(long nowNanos) {
    int kept = Math.min(count(nowNanos), MAX_KEPT - 1);
    int from = withdrawnNanos.length - kept;
    long[] next = Arrays.copyOfRange(withdrawnNanos, from, withdrawnNanos.length + 1);
    next[kept] = nowNanos;
    return new Flaps(next);
  }

  /** How many there were in the last ten minutes. */
  int count(long nowNanos) {
    int old = 0;
    while (old < withdrawnNanos.length && nowNanos - withdrawnNanos[old] >= WINDOW_NANOS) {
      old++;
    }
    return withdrawnNanos.length - old;
  }

  /** How long the next suspicion, and a return to serving, waits. */
  long dampNanos(Times times, long nowNanos) {
    int paid = count(nowNanos) - FREE;
    return paid < 0 ? 0 : Math.min(FIRST_NANOS << paid, times.timeoutNanos() / 2);
  }
}
