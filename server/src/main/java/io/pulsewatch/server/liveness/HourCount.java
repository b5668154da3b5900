package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * How often something happened within the last hour, to the minute: a ring of 60 counts.
 *
 * <p>Confined to the loop.
 */
final class HourCount {
  static final int MINUTES = 60;
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final long originNanos;
  private final int[] counts = new int[MINUTES];
  private long newest;
  private long sum;

  HourCount(long nowNanos) {
    this.originNanos = nowNanos;
  }

  /** It happened at this time: now, or a while ago. What is older than an hour is not counted. */
  void add(long atNanos) {
    long minute = minuteOf(atNanos);
    moveTo(minute);
    if (newest - minute < MINUTES) {
      counts[Math.floorMod(minute, MINUTES)]++;
      sum++;
    }
  }

  /** How often within the hour up to now. */
  long sum(long nowNanos) {
    moveTo(minuteOf(nowNanos));
    return sum;
  }

  private long minuteOf(long nanos) {
    return Math.floorDiv(nanos - originNanos, MINUTE_NANOS);
  }

  private void moveTo(long minute) {
    long from = Math.max(newest + 1, minute - MINUTES + 1);
    for (long passed = from; passed <= minute; passed++) {
      int place = Math.floorMod(passed, MINUTES);
      sum -= counts[place];
      counts[place] = 0;
    }
    newest = Math.max(newest, minute);
  }
}
