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
 * <p>Where more are due than an event loop reads that does nothing else, how much too many they are
 * is known, and so is the step that makes them few enough: it is taken at once, in a crowd too, and
 * the next one as soon as those who beat were told of it. A server that falls behind is late by
 * more with each second that it waits.
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

  /** Of what an event loop can read, what a leap leaves it to read: below {@link #HIGH_BUSY}. */
  static final double LEAP_TO = 0.8;

  /** A leap makes times no more than about so much longer: three bad seconds may lie. */
  static final int GREATEST_LEAP = 2;

  /** Who is read more often than is due is made up for, after a step: the answer is not whole. */
  static final double MAKING_UP = 1.1;

  /** So many looks after a step at the most: some do not obey. */
  static final int MOST_MADE_UP_LOOKS = 30;

  /** Of the longer times in the mean: so far senders must have been told before the next leap. */
  static final double TOLD = 0.95;

  /** Where more of the living are SUSPECT, those who are due may be those who are gone. */
  static final double MOST_SUSPECTS = 0.1;

  private static final long LONG_AGO = Long.MAX_VALUE / 2;
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private int high;
  private int behind;
  private double leastDemand;
  private int low;
  private int crowdedLooks;
  private long sinceUp = LONG_AGO;

  /**
   * Looks at a second. Returns the step to stretch to: one below, the same, one above, or where it
   * is known by how much heartbeats are too many, the one that makes them few enough.
   */
  int onLoad(Load load, Circumstances now, int step) {
    boolean answered = sinceUp >= looksBetween(now.intervalNanos());
    boolean makesUp = load.heartbeatsPerSecond() > MAKING_UP * load.duePerSecond();
    boolean settled = answered && (!makesUp || sinceUp >= MOST_MADE_UP_LOOKS);
    sinceUp++;
    int leap = leap(load, now, step, answered);
    int next = onBusy(load, now.crowded() || now.warmsUp(), step, settled);
    if (Math.max(leap, next) > step) {
      high = 0;
      behind = 0;
      sinceUp = 0;
    }
    return Math.max(leap, next);
  }

  private int onBusy(Load load, boolean crowded, int step, boolean settled) {
    boolean ours = load.heartbeatsPerSecond() >= LEAST_HEARTBEATS;
    double share = load.busyShare();
    boolean pauses = load.pausedShare() >= HIGH_PAUSED && share >= BUSY_BESIDE_PAUSES;
    boolean much = share >= HIGH_BUSY || pauses;
    crowdedLooks = crowded ? crowdedLooks + 1 : 0;
    if (!crowded || crowdedLooks > MOST_CROWDED_LOOKS) {
      high = ours && much && settled ? high + 1 : 0;
    }
    low = ours && share >= LOW_BUSY ? 0 : low + 1;
    if (high >= LOOKS_UP) {
      return Stretch.stepAfter(step, 1);
    }
    if (low >= LOOKS_DOWN) {
      low = 0;
      return Stretch.stepAfter(step, -1);
    }
    return step;
  }

  /** Goes by the least of what a few looks in a row tell. 0 where they tell nothing. */
  private int leap(Load load, Circumstances now, int step, boolean answered) {
    double factor = (double) Stretch.percentOf(step) / Times.AS_GRANTED;
    boolean isKnown =
        load.heartbeatsPerSecond() >= LEAST_HEARTBEATS
            && now.suspectShare() <= MOST_SUSPECTS
            && !now.warmsUp();
    boolean isTold = answered || load.toldFactor() >= TOLD * factor;
    if (!isKnown || !isTold || load.demand() <= factor) {
      behind = 0;
      return 0;
    }
    leastDemand = behind == 0 ? load.demand() : Math.min(leastDemand, load.demand());
    behind++;
    double wanted = Math.min(leastDemand / LEAP_TO, GREATEST_LEAP * factor);
    return behind < LOOKS_UP ? 0 : Stretch.stepOf((int) Math.ceil(wanted * Times.AS_GRANTED));
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
