package io.pulsewatch.xds;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Says what clients refused and why, at most {@link #MAX_LINES} times a second, and counts all.
 * Confined to the extension's thread, but for {@link #count}.
 */
final class RefusedAnswers {
  static final int MAX_LINES = 10;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_LENGTH = 500;
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private final Logger logger;
  private long windowStartNanos;
  private int lines;
  private volatile long count;

  RefusedAnswers(Logger logger) {
    this.logger = logger;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void onRefused(String node, ResourceType type, String reason, long nowNanos) {
    count++;
    if (count == 1 || nowNanos - windowStartNanos >= WINDOW_NANOS) {
      windowStartNanos = nowNanos;
      lines = 0;
    }
    if (lines < MAX_LINES) {
      lines++;
      logger.log(
          Level.WARNING,
          "xDS client {0} refused what it was told of each {1}; it is told again when that"
              + " changes: {2}",
          plain(node),
          type.name().toLowerCase(Locale.ROOT),
          plain(reason));
    }
  }

  /** Since the start; any thread. */
  long count() {
    return count;
  }

  /** Nothing that could end a line or speak to a terminal. */
  private static String plain(String text) {
    String cut = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "..";
    return UNPRINTABLE.matcher(cut).replaceAll("?");
  }
}
