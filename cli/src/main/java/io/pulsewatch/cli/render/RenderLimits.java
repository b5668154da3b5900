package io.pulsewatch.cli.render;

import java.util.concurrent.TimeUnit;

/** The limits of {@code pulsewatch render}; docs/LOAD-BALANCERS.md tells each. Immutable. */
public final class RenderLimits {
  /** A greater template is refused. */
  public static final int MAX_TEMPLATE_BYTES = 1 << 20;

  /** More text than this is told and not written. */
  static final int MAX_FILE_CHARS = 16 << 20;

  /** What is told of a failed command: the last of what it said. */
  public static final int MAX_OUTPUT_BYTES = 4 << 10;

  /** Of that at most so many lines. */
  public static final int MAX_OUTPUT_LINES = 20;

  /** The wait before a failed command is tried again; it doubles. */
  static final long BACKOFF_FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);

  static final long BACKOFF_LONGEST_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** After a look that changed nothing, the next one waits so long. */
  static final long IDLE_WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** HAProxy's greatest weight. */
  static final int MAX_WEIGHT_256 = 256;

  private RenderLimits() {}
}
