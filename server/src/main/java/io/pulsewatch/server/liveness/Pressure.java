package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * When heartbeats are more than we can take, and when they are few again: the rule by which times
 * are stretched. One look each second.
 *
 * <p>Up needs a few looks in a row, since a burst passes; down needs many, since who has gone back
 * brings more. After a step up nothing counts until half of the fleet can have answered it. Where
 * heartbeats are not what keeps us busy (a starved machine with ten streams, a collector that
 * pauses, a JVM that warms up, a sender in a tight loop, a crowd that registers) fewer of them
 * would not help, so nothing is stretched.
 *
 * <p>Confined to the loop.
 */
final class Pressure {
  /** An event loop that is busy for more than this share of the time has no room for a burst. */
  static final double HIGH_BUSY = 0.85;

  static final double LOW_BUSY = 0.6;

  /**
   * Ticks that come late for this share of the time say that there is no room for a burst, either;
   * but a collector, a neighbour and a flood make them late as well, so only beside {@link
   * #BUSY_BESIDE_PAUSES}.
   */
  static final double HIGH_PAUSED = 0.2;

  /** No flood makes that of a fleet that alone would be little: it is 1.25 x {@link #LOW_BUSY}. */
  static final double BUSY_BESIDE_PAUSES = 0.75;

  /** Fewer keep no event loop busy: docs/BENCHMARKS.md has 14 us for one at the most. */
  static final double LEAST_HEARTBEATS = 5_000;

  static final int LOOKS_UP = 3;
  static final int LOOKS_DOWN = 60;

  /** Looks between two steps up, at the least. */
  static final int LEAST_LOOKS_BETWEEN = 10;

  /** The most: where intervals are long, what is too much is told a minute later, not an hour. */
  static final int MOST_LOOKS_BETWEEN = 60;

  /** So many looks in a row a crowd explains: as long as deadlines may wait for one. */
  static final int MOST_CROWDED_LOOKS = 30;

  /** Intervals until one has heard of a step, with the ack of its next heartbeat, and obeys. */
  private static final int INTERVALS_BETWEEN = 2;

  private static final long LONG_AGO = Long.MAX_VALUE / 2;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private int high;
  private int low;
  private int crowdedLooks;
  private long sinceUp = LONG_AGO;

  /**
   * Looks at a second. Returns by how many steps to stretch more: 1, 0 or -1.
   *
   * @param crowded whether clients come to our door in a crowd: what it costs passes with them
   * @param intervalNanos which half of all live under, at the most
   */
  int onLoad(Load load, boolean crowded, long intervalNanos) {
    boolean ours = load.heartbeatsPerSecond() >= LEAST_HEARTBEATS;
    double share = load.busyShare();
    boolean pauses = load.pausedShare() >= HIGH_PAUSED && share >= BUSY_BESIDE_PAUSES;
    boolean much = share >= HIGH_BUSY || pauses;
    boolean answered = sinceUp >= looksBetween(intervalNanos);
    crowdedLooks = crowded ? crowdedLooks + 1 : 0;
    if (!crowded || crowdedLooks > MOST_CROWDED_LOOKS) {
      high = ours && much && answered ? high + 1 : 0;
    }
    low = ours && share >= LOW_BUSY ? 0 : low + 1;
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

  /** The last step up is in force from now on at the earliest. */
  void awaitStep() {
    sinceUp = 0;
  }

  private static long looksBetween(long intervalNanos) {
    long looks = INTERVALS_BETWEEN * intervalNanos / LOOK_NANOS;
    return Math.max(LEAST_LOOKS_BETWEEN, Math.min(MOST_LOOKS_BETWEEN, looks));
  }
}
