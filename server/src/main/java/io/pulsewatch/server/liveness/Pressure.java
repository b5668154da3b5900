package io.pulsewatch.server.liveness;

/**
 * When heartbeats are more than we can take, and when they are few again: the rule by which times
 * are stretched. One look each second.
 *
 * <p>Up needs a few looks in a row, since a burst passes; down needs many, since who has gone back
 * brings more. Between two steps up all must have had the time to hear of the first. Where
 * heartbeats are not what keeps us busy (a starved machine with ten streams, a thousand watchers, a
 * JVM that warms up) fewer of them would not help, so nothing is stretched.
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

  /** Looks between two steps up: most intervals are shorter, so most clients have heard of it. */
  static final int LOOKS_BETWEEN = 10;

  private int high;
  private int low;
  private int sinceUp = LOOKS_BETWEEN;

  /** Looks at a second. Returns by how many steps to stretch more: 1, 0 or -1. */
  int onLoad(Load load) {
    boolean ours = load.heartbeatsPerSecond() >= LEAST_HEARTBEATS;
    boolean much = load.busyShare() >= HIGH_BUSY || load.pausedShare() >= HIGH_PAUSED;
    boolean little = load.busyShare() < LOW_BUSY && load.pausedShare() < LOW_PAUSED;
    high = ours && much ? high + 1 : 0;
    low = ours && !little ? 0 : low + 1;
    sinceUp = Math.min(LOOKS_BETWEEN, sinceUp + 1);
    if (high >= LOOKS_UP && sinceUp == LOOKS_BETWEEN) {
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
}
