package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * Whether those who come back queue at our door. While they do, deadlines wait with them: the
 * loop's awake time stands still, which holds every silence and every lost stream at once.
 *
 * <p>It lasts while the register that has waited longest has waited for more than {@link
 * #LONG_NANOS}, and {@link #MAX_NANOS} in one stretch. A stretch is over when nobody has queued for
 * {@link #CALM_NANOS}; until then a queue that comes back goes on with what is left of it. So who
 * died meanwhile is dead by its timeout and {@link #MAX_NANOS}.
 *
 * <p>Confined to the loop.
 */
final class Admission {
  static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(30);
  static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final AwakeClock loopClock;
  private boolean isOn;
  private long lastTurnNanos;
  private long lastQueueNanos;
  private long usedNanos;

  Admission(AwakeClock loopClock, long nowNanos) {
    this.loopClock = loopClock;
    this.lastTurnNanos = nowNanos;
    this.lastQueueNanos = nowNanos;
  }

  /** True while deadlines wait. */
  boolean isOn() {
    return isOn;
  }

  /**
   * Once a turn, before mail is read.
   *
   * @param waitedNanos how long the oldest register has waited since an event loop read it; 0 where
   *     none waits
   */
  void turn(long nowNanos, long waitedNanos) {
    boolean queues = waitedNanos > LONG_NANOS;
    usedNanos += isOn ? nowNanos - lastTurnNanos : 0;
    lastTurnNanos = nowNanos;
    if (queues) {
      lastQueueNanos = nowNanos;
    } else if (nowNanos - lastQueueNanos >= CALM_NANOS) {
      usedNanos = 0;
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
