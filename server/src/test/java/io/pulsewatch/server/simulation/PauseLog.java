package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.AwakeClock;

/**
 * The truth about one thread: how long it was stopped up to now, less two ticks a time, which no
 * clock can tell from a tick that comes a little late.
 */
final class PauseLog {
  private long total;
  private long beganAt;
  private int depth;
  private long endedAt = Long.MIN_VALUE / 2;

  boolean isPaused() {
    return depth > 0;
  }

  /** True where the next end is the end. */
  boolean isLast() {
    return depth == 1;
  }

  void begin(long now) {
    if (depth++ == 0) {
      beganAt = now;
    }
  }

  void end(long now) {
    if (--depth == 0) {
      total += missed(now);
      endedAt = now;
    }
  }

  long total(long now) {
    return depth > 0 ? total + missed(now) : total;
  }

  private long missed(long now) {
    return Math.max(0, now - beganAt - 2 * AwakeClock.TICK_NANOS);
  }

  /** When it last was stopped: now, if it still is. */
  long lastSeen(long now) {
    return depth > 0 ? now : endedAt;
  }
}
