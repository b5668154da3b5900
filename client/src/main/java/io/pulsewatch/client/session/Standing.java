package io.pulsewatch.client.session;

/**
 * What the application may believe, as a value that any thread can judge by its own clock reading.
 *
 * @param incarnation 0 where none is believed in
 * @param kind how to judge
 * @param fenceAtNanos when belief ends, where it is fenced
 */
public record Standing(long incarnation, Kind kind, long fenceAtNanos) {
  /** Nothing to believe in. */
  public static final Standing NONE = new Standing(0, Kind.NONE, 0);

  /** How belief ends. */
  public enum Kind {
    /** There is none. */
    NONE,
    /** By the clock. */
    FENCED,
    /** By the loss of the stream alone. */
    UNFENCED
  }

  /** Tells whether the server certainly still believes in the incarnation. */
  public boolean isCurrent(long nowNanos) {
    return switch (kind) {
      case NONE -> false;
      case FENCED -> nowNanos - fenceAtNanos < 0;
      case UNFENCED -> true;
    };
  }
}
