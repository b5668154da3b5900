package io.pulsewatch.server;

import io.pulsewatch.server.liveness.Change;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
  private final Consumer<StateChange> line;
  private long windowStartNanos;
  private int lines;
  private long unlogged;

  /**
   * Starts a log.
   *
   * @param line what is done with each; returns at once
   */
  ChangeLog(Logger logger, Consumer<StateChange> line, long nowNanos) {
    this.logger = logger;
    this.line = line;
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
    line.accept(StateChange.of(change));
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
}
