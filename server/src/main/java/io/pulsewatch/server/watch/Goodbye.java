package io.pulsewatch.server.watch;

import java.util.List;

/**
 * Why this server ends all watches, and when to come back.
 *
 * @param reconnectAfterNanos wait this long before coming back ...
 * @param spreadNanos ... plus a random part of this
 * @param peers other servers, as {@code host:port}
 */
public record Goodbye(
    Reason reason, long reconnectAfterNanos, long spreadNanos, List<String> peers) {
  public Goodbye {
    peers = List.copyOf(peers);
  }

  /** One that knows of no other server. */
  public Goodbye(Reason reason, long reconnectAfterNanos, long spreadNanos) {
    this(reason, reconnectAfterNanos, spreadNanos, List.of());
  }

  /** Why. */
  public enum Reason {
    SHUTDOWN,
    DRAIN,
    LIMIT,
    LEDGER_LOST
  }
}
