package io.pulsewatch.server.liveness;

/**
 * What an operator says of an instance.
 *
 * @param expiresAtMillis wall time at which it ends by itself; {@link #NEVER} where it does not
 */
public record OperatorOverride(Kind kind, String reason, long expiresAtMillis) {
  public static final long NEVER = Long.MAX_VALUE;

  /** The three things that an operator can say. */
  public enum Kind {
    MAINTENANCE,
    SERVING,
    NOT_SERVING
  }
}
