package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * Whether those who come back queue at our door. While they do, deadlines wait with them: the
 * loop's awake time stands still, which holds every silence and every lost stream at once.
 *
 * <p>It lasts while the register that has waited longest has waited for more than {@link
 * #LONG_NANOS}, and {@link #MAX_NANOS} in one stretch. Time in which nobody queues, a pause of ours
 * among it, gives back as much of them as it lasts, so a queue that comes back soon goes on with
 * what is left; a pause in it uses up no more than the tick that awake time would count. In any
 * period deadlines wait for at most {@link #MAX_NANOS} longer than nobody queued: who died
 * meanwhile is dead by its timeout and {@link #MAX_NANOS} where one queue lasts, and by twice its
 * timeout and {@link #MAX_NANOS} where queues come and go and we do not pause.
 *
 * <p>Why so: docs/decisions/0013. Confined to the loop.
 */
final class Admission {
  static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** One turn uses up no more: what is longer is a pause, which nobody's deadline counts anyway. */
  private static final long MAX_USED_NANOS = AwakeClock.TICK_NANOS + AwakeClock.LATE_NANOS;

  private final AwakeClock loopClock;
  private boolean isOn;
  private long lastTurnNanos;
  private long usedNanos;

  /** Somebody queued since that was asked last. */
  private boolean hasQueued;

  Admission(AwakeClock loopClock, long nowNanos) {
    this.loopClock = loopClock;
    this.lastTurnNanos = nowNanos;
  }

  /** True while deadlines wait. */
  boolean isOn() {
    return isOn;
  }

  /**
   * True where they queued in any turn since this was asked last, whether deadlines wait or not.
   */
  boolean takeHasQueued() {
    boolean taken = hasQueued;
    hasQueued = false;
    return taken;
  }

  /**
   * Once a turn, before mail is read.
   *
   * @param waitedNanos how long the oldest register has waited since an event loop read it; 0 where
   *     none waits
   */
  void turn(long nowNanos, long waitedNanos) {
    boolean queues = waitedNanos > LONG_NANOS;
    hasQueued |= queues;
    long elapsed = nowNanos - lastTurnNanos;
    lastTurnNanos = nowNanos;
    if (isOn) {
      usedNanos += Math.min(elapsed, MAX_USED_NANOS);
    } else if (!queues) {
      usedNanos = Math.max(0, usedNanos - elapsed);
    }
    boolean next = queues && usedNanos < MAX_NANOS;
    if (next && !isOn) {
      loopClock.stop(nowNanos);
    } else if (!next && isOn) {
      loopClock.goOn(nowNanos);
    }
    isOn = next;
  }
}
