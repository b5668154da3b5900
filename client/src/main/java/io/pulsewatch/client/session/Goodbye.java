package io.pulsewatch.client.session;

import java.util.List;

/**
 * A server that ends the stream and asks to come back.
 *
 * @param reconnectAfterNanos wait this long ...
 * @param spreadNanos ... and a random part of this
 * @param peers other servers; the first {@link #MAX_PEERS} count
 */
public record Goodbye(long reconnectAfterNanos, long spreadNanos, List<String> peers) {
  /** Longest wait that a server can ask for, each part of it. */
  public static final long MAX_WAIT_NANOS = 600_000_000_000L;

  static final int MAX_PEERS = 16;

  /** Cuts what is out of bounds. */
  public Goodbye {
    reconnectAfterNanos = Math.max(0, Math.min(reconnectAfterNanos, MAX_WAIT_NANOS));
    spreadNanos = Math.max(0, Math.min(spreadNanos, MAX_WAIT_NANOS));
    peers = List.copyOf(peers.subList(0, Math.min(peers.size(), MAX_PEERS)));
  }
}
