package io.pulsewatch.server.simulation;

/** The truth about one thread: how long it was stopped up to now, and how often. */
final class PauseLog {
  private long total;
  private int begun;
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
      begun++;
    }
  }

  void end(long now) {
    if (--depth == 0) {
      total += now - beganAt;
      endedAt = now;
    }
  }

  long total(long now) {
    return depth > 0 ? total + now - beganAt : total;
  }

  int begun() {
    return begun;
  }

  int ended() {
    return depth > 0 ? begun - 1 : begun;
  }

  /** When it last was stopped: now, if it still is. */
  long lastSeen(long now) {
    return depth > 0 ? now : endedAt;
  }
}
