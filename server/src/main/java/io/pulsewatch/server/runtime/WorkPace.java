package io.pulsewatch.server.runtime;

import java.util.concurrent.TimeUnit;

/**
 * How fast requests that wait for the loop are worked off, and so how long who comes on top of them
 * is asked to stay away: nobody is called back into the same queue, nor kept away from an empty
 * one.
 *
 * <p>Only a time in which more waited at either end than one turn takes says anything: else it is
 * the pace at which they came. The newest such time counts as much as all before it.
 *
 * <p>Written by the loop; {@link #nanosFor} by any thread.
 */
final class WorkPace {
  static final long MIN_AWAY_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** As long as deadlines wait for those who queue. */
  static final long MAX_AWAY_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What nobody has measured yet: 10,000 in a second. */
  private static final long FIRST_GUESS_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** Many turns, and a small part of the shortest wait. */
  private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Fewer may be gone before the next turn. */
  private static final int BACKLOG = 1_024;

  private long beganNanos;
  private long beganWith;
  private boolean measures;
  private volatile long nanosEach = FIRST_GUESS_NANOS;

  /**
   * Once a turn.
   *
   * @param worked requests worked off so far
   * @param waiting those that wait
   */
  void turn(long nowNanos, long worked, int waiting) {
    if (waiting < BACKLOG) {
      measures = false;
      return;
    }
    long nanos = nowNanos - beganNanos;
    if (measures && nanos < WINDOW_NANOS) {
      return;
    }
    if (measures) {
      nanosEach = (nanosEach + nanos / Math.max(1, worked - beganWith)) / 2;
    }
    measures = true;
    beganNanos = nowNanos;
    beganWith = worked;
  }

  /** How long so many will take, within the least and the most that anybody is asked to wait. */
  long nanosFor(int waiting) {
    return Math.max(MIN_AWAY_NANOS, Math.min(MAX_AWAY_NANOS, waiting * nanosEach));
  }
}
