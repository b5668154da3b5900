package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * One thread's awake time: monotonic time less the pauses of that thread.
 *
 * <p>The owner ticks often; a tick that comes much too late proves that the owner was not running,
 * and the time it missed is taken off for every deadline at once. A heartbeat that arrived
 * meanwhile waited for us, not we for it.
 *
 * <p>Another thread may ask for the awake time, too. While the owner is overdue, the answer stands
 * still, so that a stuck owner judges nobody.
 *
 * <p>Written by its owner thread only; read by any thread. The owner writes the pause before the
 * tick and a reader reads the tick before the pause: who sees a new tick sees its pause.
 */
public final class AwakeClock {
  /** How often the loop and each event loop tick. */
  public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A tick that is later than this is a pause. */
  public static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final long tickNanos;
  private volatile long lastTickNanos;
  private volatile long pausedNanos;
  private volatile long pauses;

  public AwakeClock(long nowNanos) {
    this(nowNanos, TICK_NANOS);
  }

  AwakeClock(long nowNanos, long tickNanos) {
    this.tickNanos = tickNanos;
    this.lastTickNanos = nowNanos;
  }

  /** Owner only. Returns the length of the pause that this tick ended, or 0. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer, its owner
  public long tick(long nowNanos) {
    long gap = nowNanos - lastTickNanos;
    long pause = pauseIn(gap);
    if (pause > 0) {
      pausedNanos = pausedNanos + pause;
      pauses = pauses + 1;
    }
    if (gap > 0) {
      lastTickNanos = nowNanos;
    }
    return pause;
  }

  /** Owner only. The awake time at this instant, with a pause accounted that no tick ended yet. */
  public long stamp(long nowNanos) {
    if (nowNanos - lastTickNanos > tickNanos + LATE_NANOS) {
      tick(nowNanos);
    }
    return nowNanos - pausedNanos;
  }

  /** Any thread. The awake time at this instant, as far as the owner has shown that it runs. */
  public long awake(long nowNanos) {
    long tick = lastTickNanos;
    return nowNanos - pausedNanos - pauseIn(nowNanos - tick);
  }

  /** Any thread. True while the owner is overdue: a pause that no tick has ended yet. */
  public boolean isPausing(long nowNanos) {
    return pauseIn(nowNanos - lastTickNanos) > 0;
  }

  /** When the owner last ticked. */
  public long lastTickNanos() {
    return lastTickNanos;
  }

  /** Number of pauses since the start. */
  public long pauses() {
    return pauses;
  }

  /** Sum of the pauses since the start. */
  public long pausedNanos() {
    return pausedNanos;
  }

  private long pauseIn(long gap) {
    return gap > tickNanos + LATE_NANOS ? gap - tickNanos : 0;
  }
}
