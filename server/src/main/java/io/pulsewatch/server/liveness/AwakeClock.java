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
 * <p>Written by its owner thread only; read by any thread. Tick and pauses change together: who
 * took a pause off twice for an instant would stamp an arrival too old, and nothing would put it
 * right.
 */
public final class AwakeClock {
  /** How often the loop and each event loop tick. */
  public static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** A tick that is later than this is a pause. */
  public static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final long tickNanos;
  private volatile Reading reading;

  /** What the owner has shown at its last tick. */
  private record Reading(long tickNanos, long pausedNanos, long pauses, boolean stopped) {}

  public AwakeClock(long nowNanos) {
    this(nowNanos, TICK_NANOS);
  }

  AwakeClock(long nowNanos, long tickNanos) {
    this.tickNanos = tickNanos;
    this.reading = new Reading(nowNanos, 0, 0, false);
  }

  /** Owner only. Returns the length of the pause that this tick ended, or 0. */
  public long tick(long nowNanos) {
    Reading last = reading;
    long gap = nowNanos - last.tickNanos;
    long pause = pauseIn(gap);
    if (gap > 0) {
      long off = last.stopped ? gap : pause;
      long pauses = last.pauses + (pause > 0 ? 1 : 0);
      reading = new Reading(nowNanos, last.pausedNanos + off, pauses, last.stopped);
    }
    return pause;
  }

  /** Owner only. From here on it stands still, until {@link #goOn}: that is no pause. */
  void stop(long nowNanos) {
    setStopped(true, nowNanos);
  }

  /** Owner only. */
  void goOn(long nowNanos) {
    setStopped(false, nowNanos);
  }

  /** Owner only. The awake time at this instant, with a pause accounted that no tick ended yet. */
  public long stamp(long nowNanos) {
    if (isPausing(nowNanos)) {
      tick(nowNanos);
    }
    return awake(nowNanos);
  }

  /** Any thread. The awake time at this instant, as far as the owner has shown that it runs. */
  public long awake(long nowNanos) {
    Reading last = reading;
    long gap = nowNanos - last.tickNanos;
    return nowNanos - last.pausedNanos - (last.stopped ? gap : pauseIn(gap));
  }

  /** Any thread. True while the owner is overdue: a pause that no tick has ended yet. */
  public boolean isPausing(long nowNanos) {
    return pauseIn(nowNanos - reading.tickNanos) > 0;
  }

  /** When the owner last ticked. */
  public long lastTickNanos() {
    return reading.tickNanos;
  }

  /** Number of pauses since the start. */
  public long pauses() {
    return reading.pauses;
  }

  /** Sum of the pauses since the start, and of the time for which it was stopped. */
  public long pausedNanos() {
    return reading.pausedNanos;
  }

  private void setStopped(boolean stopped, long nowNanos) {
    tick(nowNanos);
    Reading last = reading;
    reading = new Reading(last.tickNanos, last.pausedNanos, last.pauses, stopped);
  }

  private long pauseIn(long gap) {
    return gap > tickNanos + LATE_NANOS ? gap - tickNanos : 0;
  }
}
