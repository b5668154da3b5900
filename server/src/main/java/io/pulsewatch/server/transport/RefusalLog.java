package io.pulsewatch.server.transport;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says who was refused for its credentials, and never what they were: at most {@link #MAX_LINES} a
 * second. How many more there were stands in the next line, whenever that comes; metrics count all.
 *
 * <p>Thread-safe; holds its lock for no more than two comparisons.
 */
public final class RefusalLog {
  static final int MAX_LINES = 10;
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of what was asked for, which whoever asked has written. */
  private static final int MAX_LENGTH = 200;

  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  private final Logger logger;
  private final LongSupplier clock;
  private final Object lock = new Object();
  private long windowStartNanos;
  private int lines;
  private long unlogged;

  public RefusalLog(Logger logger, LongSupplier nanos) {
    this.logger = logger;
    this.clock = nanos;
    this.windowStartNanos = nanos.getAsLong();
  }

  /**
   * Notes a refusal.
   *
   * @param what the RPC's full name, or the method and path
   * @param peer null: its address is not known
   */
  public void onRefused(Access.Denied denied, String what, @Nullable SocketAddress peer) {
    long more;
    synchronized (lock) {
      long now = clock.getAsLong();
      if (now - windowStartNanos >= WINDOW_NANOS) {
        windowStartNanos = now;
        lines = 0;
      }
      if (lines >= MAX_LINES) {
        unlogged++;
        return;
      }
      lines++;
      more = unlogged;
      unlogged = 0;
    }
    logger.log(
        Level.INFO,
        "refused {0} to {1}: {2}{3}",
        plain(what),
        peer == null ? "an unknown peer" : peer,
        denied.reason(),
        more == 0 ? "" : ", and " + more + " more before it");
  }

  /** Nothing that could end a line or speak to a terminal. */
  private static String plain(String text) {
    String cut = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH) + "..";
    return UNPRINTABLE.matcher(cut).replaceAll("?");
  }
}
