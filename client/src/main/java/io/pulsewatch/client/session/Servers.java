package io.pulsewatch.client.session;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The addresses in turn, from a random one on, so that a crowd spreads over them. Confined to its
 * machine.
 */
final class Servers {
  private final List<String> configured;
  private final RandomGenerator random;
  private int next;
  private @Nullable String preferred;

  Servers(List<String> configured, RandomGenerator random) {
    if (configured.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one)");
    }
    this.configured = List.copyOf(configured);
    this.random = random;
    next = random.nextInt(configured.size());
  }

  /** Takes the next address. */
  String next() {
    String peer = preferred;
    if (peer != null) {
      preferred = null;
      return peer;
    }
    String address = configured.get(next);
    next = (next + 1) % configured.size();
    return address;
  }

  /** Goes to one of these first, once: the server that says goodbye knows who can take over. */
  void preferOneOf(List<String> peers) {
    if (!peers.isEmpty()) {
      preferred = peers.get(random.nextInt(peers.size()));
    }
  }
}
