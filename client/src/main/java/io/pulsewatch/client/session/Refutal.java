package io.pulsewatch.client.session;

/**
 * The answer to a doubt: who is told that it is suspected says at once that it lives, but not more
 * often than is good for a server in trouble. Confined to its machine.
 */
final class Refutal {
  /** A part of the interval: no two extra heartbeats are nearer than this. */
  private static final int PARTS = 4;

  private boolean due;
  private long atNanos;
  private boolean sent;
  private long lastNanos;

  /** The server doubts. */
  void ask(long intervalNanos, long nowNanos) {
    if (!due) {
      due = true;
      long least = lastNanos + intervalNanos / PARTS;
      atNanos = sent && least - nowNanos > 0 ? least : nowNanos;
    }
  }

  boolean isDue(long nowNanos) {
    return due && nowNanos - atNanos >= 0;
  }

  /** Any heartbeat refutes. */
  void onBeat() {
    due = false;
  }

  /** A heartbeat went out for this alone. */
  void onSent(long nowNanos) {
    due = false;
    sent = true;
    lastNanos = nowNanos;
  }

  long untilDueNanos(long nowNanos) {
    return due ? atNanos - nowNanos : Long.MAX_VALUE;
  }
}
