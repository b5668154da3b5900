package io.pulsewatch.client.session;

/**
 * That the server asked to come back later, and when: from its goodbye to the next attempt.
 *
 * <p>Confined to the thread that drives the machine.
 */
final class Dismissal {
  private boolean on;
  private long returnAtNanos;

  /** The server said goodbye and named this time. */
  void until(long atNanos) {
    on = true;
    returnAtNanos = atNanos;
  }

  /** It is followed. */
  void end() {
    on = false;
  }

  boolean isOn() {
    return on;
  }

  /** True once it is time to come back. */
  boolean isOver(long nowNanos) {
    return on && leftNanos(nowNanos) <= 0;
  }

  /** Until it is time to come back; negative afterwards. While it is on. */
  long leftNanos(long nowNanos) {
    return returnAtNanos - nowNanos;
  }
}
