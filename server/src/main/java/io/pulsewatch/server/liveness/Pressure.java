package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * When heartbeats are more than we can take, and when they are few again: the rule by which times
 * are stretched. One look each second.
 *
 * <p>Up needs a few looks in a row, since a burst passes; down needs many, since who has gone back
 * brings more. After a step up nothing counts until the fleet can have answered it. Where
 * heartbeats are not what keeps us busy (a starved machine with ten streams, a thousand watchers, a
 * JVM that warms up, a sender in a tight loop, a crowd that registers) fewer of them would not
 * help, so nothing is stretched.
 *
 * <p>Confined to the loop.
 */
final class Pressure {
  /** An event loop that is busy for more than this share of the time has no room for a burst. */
  static final double HIGH_BUSY = 0.85;

  static final double LOW_BUSY = 0.6;

  /** Ticks that come late for this share of the time say the same, whoever takes the processor. */
  static final double HIGH_PAUSED = 0.2;

  static final double LOW_PAUSED = 0.05;

  /** Fewer heartbeats keep no event loop busy: they take 10 us each where they come alone. */
  static final double LEAST_HEARTBEATS = 5_000;

  static final int LOOKS_UP = 3;
  static final int LOOKS_DOWN = 60;

  /** Looks between two steps up, at the least. */
  static final int LEAST_LOOKS_BETWEEN = 10;

  /** Intervals until all have heard of a step, with the ack of their next heartbeat, and obey. */
  private static final int INTERVALS_BETWEEN = 2;

  private static final long LONG_AGO = Long.MAX_VALUE / 2;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private int high;
  private int low;
  private long sinceUp = LONG_AGO;

  /**
   * Looks at a second. Returns by how many steps to stretch more: 1, 0 or -1.
   *
   * @param crowded whether clients come to our door in a crowd: what it costs passes with them
   * @param intervalNanos which half of all live under, at the most
   */
  int onLoad(Load load, boolean crowded, long intervalNanos) {
    boolean ours = load.heartbeatsPerSecond() >= LEAST_HEARTBEATS;
    boolean much = load.busyShare() >= HIGH_BUSY || load.pausedShare() >= HIGH_PAUSED;
    boolean little = load.busyShare() < LOW_BUSY && load.pausedShare() < LOW_PAUSED;
    boolean answered = sinceUp >= looksBetween(intervalNanos);
    high = ours && much && !crowded && answered ? high + 1 : 0;
    low = ours && !little ? 0 : low + 1;
    sinceUp++;
    if (high >= LOOKS_UP) {
      high = 0;
      sinceUp = 0;
      return 1;
    }
    if (low >= LOOKS_DOWN) {
      low = 0;
      return -1;
    }
    return 0;
  }

  private static long looksBetween(long intervalNanos) {
    return Math.max(LEAST_LOOKS_BETWEEN, INTERVALS_BETWEEN * intervalNanos / LOOK_NANOS);
  }
}
