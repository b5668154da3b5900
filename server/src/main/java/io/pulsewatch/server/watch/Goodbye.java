package io.pulsewatch.server.watch;

/**
 * Why this server ends all watches, and when to come back.
 *
 * @param reconnectAfterNanos wait this long before coming back ...
 * @param spreadNanos ... plus a random part of this
 */
public record Goodbye(Reason reason, long reconnectAfterNanos, long spreadNanos) {

  /** Why. */
  public enum Reason {
    SHUTDOWN,
    DRAIN,
    LIMIT,
    LEDGER_LOST
  }
}
