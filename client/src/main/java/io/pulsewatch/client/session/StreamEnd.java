package io.pulsewatch.client.session;

/**
 * Why a stream ended, or an attempt to open one failed.
 *
 * @param code name of the gRPC status code
 * @param reason machine-readable, may be empty
 * @param description for people
 * @param retryAfterNanos the wait that the server asked for, or {@link Terms#UNSET}; at most 10 min
 *     count
 */
public record StreamEnd(
    Kind kind, String code, String reason, String description, long retryAfterNanos) {

  /** What an end asks of the client. */
  public enum Kind {
    /** The way to the server broke, or it closed: come back, the first time at once. */
    CUT,
    /** Refused for now: come back, but never at once. */
    REFUSED,
    /** A live process holds the name: come back until it is gone. */
    NAME_HELD,
    /** The incarnation is over: register afresh, without the token. */
    SESSION_OVER,
    /** A newer incarnation owns the name: stop. */
    SUPERSEDED,
    /** No retry mends it: stop. */
    NOT_ALLOWED
  }

  /** Cuts a wait that is out of bounds. */
  public StreamEnd {
    retryAfterNanos = Math.min(retryAfterNanos, Goodbye.MAX_WAIT_NANOS);
  }

  /** A connection that this side gave up because nothing came. */
  static StreamEnd silent(String what, String address, long silentNanos) {
    return new StreamEnd(
        Kind.CUT,
        "UNAVAILABLE",
        "",
        what + " from " + address + " for " + silentNanos / 1_000_000 + " ms",
        Terms.UNSET);
  }
}
