package io.pulsewatch.server;

import io.pulsewatch.server.liveness.Change;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Logs changes of state, one line each, at most {@link #MAX_LINES} a second; past that it counts,
 * and says how many.
 *
 * <p>Confined to the fan-out loop.
 */
final class ChangeLog {
  static final int MAX_LINES = 1_000;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Logger logger;
  private long windowStartNanos;
  private int lines;
  private long unlogged;

  ChangeLog(Logger logger, long nowNanos) {
    this.logger = logger;
    this.windowStartNanos = nowNanos;
  }

  void onChange(Change change) {
    Change.Previous previous = change.previous();
    boolean newState = previous == null || previous.state() != change.after().state();
    if (!newState || !logger.isLoggable(Level.INFO)) {
      return;
    }
    if (lines >= MAX_LINES) {
      unlogged++;
      return;
    }
    lines++;
    logger.log(Level.INFO, line(change));
  }

  /** Starts a new second when the last one is over. */
  void turn(long nowNanos) {
    if (nowNanos - windowStartNanos < WINDOW_NANOS) {
      return;
    }
    windowStartNanos = nowNanos;
    lines = 0;
    if (unlogged > 0) {
      logger.log(Level.INFO, "changes of state not logged in the last second: " + unlogged);
      unlogged = 0;
    }
  }

  private static String line(Change change) {
    Change.Previous previous = change.previous();
    return String.format(
        Locale.ROOT,
        "%s %s -> %s %s silence=%.3fs revision=%d incarnation=%d",
        change.key(),
        previous == null ? "-" : previous.state(),
        change.after().state(),
        change.cause(),
        change.evidence().silenceNanos() / 1e9,
        change.revision(),
        change.after().incarnation());
  }
}
