package io.pulsewatch.server.liveness;

import java.util.concurrent.TimeUnit;

/**
 * Our own pauses, as far as they bear on verdicts: when one is being made up, what it may have
 * cost, and whether we see at all.
 *
 * <p>Confined to the loop.
 */
final class Wake {
  /** A reader that did not tick for so long makes us blind: we judge nobody. */
  static final long BLIND_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** After a pause, losses that it caused are read for about as long as it was, within these. */
  static final long MIN_WAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  static final long MAX_WAKE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int LEAST_PATIENCE = 8;

  private final AwakeClock loopClock;
  private final Door door;
  private long untilNanos;
  private long longestPauseNanos;
  private boolean wasSuspended;
  private long floorByLoop;

  Wake(AwakeClock loopClock, Door door, Moment start) {
    this.loopClock = loopClock;
    this.door = door;
    this.untilNanos = start.nanos();
  }

  /** Ticks the clocks of loop and door, once a turn, before anything is judged. */
  void turn(Moment now) {
    long pause = Math.max(loopClock.tick(now.nanos()), door.turn(now.nanos()));
    if (pause > 0) {
      longestPauseNanos = Math.max(pause, lasts(now) ? longestPauseNanos : 0);
      long wake = Math.max(MIN_WAKE_NANOS, Math.min(MAX_WAKE_NANOS, pause));
      if (now.nanos() + wake - untilNanos > 0) {
        untilNanos = now.nanos() + wake;
      }
    }
  }

  /** The machine was suspended: no silence is older than this. */
  void onSuspended(Moment now) {
    wasSuspended = true;
    floorByLoop = loopClock.awake(now.nanos());
    untilNanos = now.nanos() + MAX_WAKE_NANOS;
    longestPauseNanos = Times.MAX_INTERVAL;
  }

  /** True while a pause of ours lasts or is being made up. */
  boolean lasts(Moment now) {
    return now.nanos() - untilNanos < 0 || door.clock().isPausing(now.nanos());
  }

  /** True while a reader has been stuck for so long that we judge nobody. */
  boolean isBlind(Moment now) {
    return now.nanos() - door.oldestTickNanos(now.nanos()) > BLIND_NANOS;
  }

  /** So much of a silence or of a loss counts: none that is older than a suspension. */
  long counted(long nanos, Moment now) {
    return wasSuspended ? Math.min(nanos, loopClock.awake(now.nanos()) - floorByLoop) : nanos;
  }

  /**
   * True for a loss that a pause of ours may have made. A client gives a silent stream up some time
   * before its fence, and none that we know of sooner than after a seventh of the shortest time
   * after which it could be dead.
   */
  boolean mayHaveCost(Session session, Moment now) {
    long patience = session.entry.times().shortestNanos() / LEAST_PATIENCE;
    AwakeClock clock = door.clock();
    return (lasts(now) && longestPauseNanos >= patience)
        || (clock.isPausing(now.nanos()) && now.nanos() - clock.lastTickNanos() >= patience);
  }
}
