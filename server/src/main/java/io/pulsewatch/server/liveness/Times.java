package io.pulsewatch.server.liveness;

import io.pulsewatch.server.detector.Fence;
import java.util.concurrent.TimeUnit;

/**
 * The granted times of a session, in nanoseconds.
 *
 * @param intervalNanos promised gap between heartbeats, 100 ms .. 1 h
 * @param timeoutNanos allowed silence, 1.5 x interval .. 24 h
 * @param resumeWindowNanos allowed time without a stream, 1.5 x interval .. timeout, or 0
 */
public record Times(long intervalNanos, long timeoutNanos, long resumeWindowNanos) {
  /** Percent of the granted times where nothing is stretched. */
  public static final int AS_GRANTED = 100;

  /** Stands for what is not granted yet. */
  public static final Times NONE = new Times(1, 1, 1);

  /** A wish that was not spoken. */
  public static final long UNSET = Long.MIN_VALUE;

  static final long MIN_INTERVAL = TimeUnit.MILLISECONDS.toNanos(100);
  static final long MAX_INTERVAL = TimeUnit.HOURS.toNanos(1);
  static final long DEFAULT_INTERVAL = TimeUnit.SECONDS.toNanos(2);

  /** The longest timeout that is granted. */
  public static final long MAX_TIMEOUT = TimeUnit.HOURS.toNanos(24);

  static final long MIN_DEFAULT_RESUME_WINDOW = TimeUnit.SECONDS.toNanos(5);

  /** In nanoseconds. */
  private static final long GIGASECOND = 1_000_000_000_000_000_000L;

  /** Two clocks that the fence compares may differ by this rate. */
  private static final double CLOCK_RATE_ERROR = 0.001;

  private static final long MAX_STOPPING = TimeUnit.MILLISECONDS.toNanos(250);

  /**
   * Grants what was wished, clamped into range.
   *
   * @param interval wished interval in nanoseconds, or {@link #UNSET}; so are the others
   */
  public static Times grant(long interval, long timeout, long resumeWindow) {
    long i = clamp(or(interval, DEFAULT_INTERVAL), MIN_INTERVAL, MAX_INTERVAL);
    long t = clamp(or(timeout, 3 * i), 3 * i / 2, MAX_TIMEOUT);
    long r =
        resumeWindow == 0
            ? 0
            : clamp(or(resumeWindow, Math.max(MIN_DEFAULT_RESUME_WINDOW, 5 * i / 2)), 3 * i / 2, t);
    return new Times(i, t, r);
  }

  /** The longer of the two in each part: what was granted is never shortened. */
  Times atLeast(Times granted) {
    return new Times(
        intervalNanos,
        Math.max(timeoutNanos, granted.timeoutNanos),
        granted.resumeWindowNanos == 0
            ? resumeWindowNanos
            : Math.max(resumeWindowNanos, granted.resumeWindowNanos));
  }

  /** The silence at which SUSPECT is due, where a detector wants it after this one. */
  public long doubtNanos(long wanted) {
    return clamp(wanted, leastDoubtNanos(), mostDoubtNanos());
  }

  /** No silence shorter than this is doubtful, whatever a detector wants. */
  long leastDoubtNanos() {
    return 11 * intervalNanos / 10;
  }

  /** A silence as long as this is doubtful, whatever damps the doubt: before the timeout. */
  long mostDoubtNanos() {
    return timeoutNanos - (timeoutNanos - intervalNanos) / 4;
  }

  /** A loss as old as this is told, whatever damps the telling: before the resume window ends. */
  long mostUntoldNanos() {
    return resumeWindowNanos - resumeWindowNanos / 4;
  }

  /** All three in proportion; a resume window of 0 stays 0. They may be beyond what is granted. */
  public Times stretched(int percent) {
    return percent == AS_GRANTED
        ? this
        : new Times(
            intervalNanos * percent / AS_GRANTED,
            timeoutNanos * percent / AS_GRANTED,
            resumeWindowNanos * percent / AS_GRANTED);
  }

  /** With an announced pause: a resume window of 0 stays 0. */
  Times holding(long holdNanos) {
    return new Times(
        intervalNanos,
        Math.max(timeoutNanos, holdNanos),
        resumeWindowNanos == 0 ? 0 : Math.max(resumeWindowNanos, holdNanos));
  }

  /** The shorter of timeout and resume window: when the instance can be dead at the earliest. */
  public long shortestNanos() {
    return Math.min(timeoutNanos, resumeWindowNanos);
  }

  /**
   * How many heartbeats are due in a billion seconds: a whole number, so that sums of it stay exact
   * whatever is added and taken away.
   */
  public long heartbeatsInGigasecond() {
    return GIGASECOND / intervalNanos;
  }

  /**
   * The client's fence, counted from the send time of an acked heartbeat; 0 where there is none.
   *
   * <p>(1 - r)(b / (1 + r) - d): b is the shortest time after which the server may say DEAD, r the
   * clock-rate error on either side, d = min(250 ms, b / 20) the time to stop in.
   */
  public long fenceNanos() {
    long b = shortestNanos();
    if (b == 0) {
      return 0;
    }
    long stopping = Math.min(MAX_STOPPING, b / 20);
    return Fence.nanos(b, CLOCK_RATE_ERROR, CLOCK_RATE_ERROR, stopping);
  }

  private static long or(long wish, long otherwise) {
    return wish == UNSET ? otherwise : wish;
  }

  private static long clamp(long value, long min, long max) {
    return Math.max(min, Math.min(max, value));
  }
}
