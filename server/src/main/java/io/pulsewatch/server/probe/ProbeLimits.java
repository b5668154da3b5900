package io.pulsewatch.server.probe;

/**
 * How much may be asked.
 *
 * @param maxInFlight endpoints that are looked at at once; further ones wait
 * @param maxPerSecond endpoints looked at in a second; further ones wait
 * @param maxQueued suspects that wait to be looked at; past it one is not looked at, and its
 *     evidence says nothing of it
 * @param maxPeers clients remembered that look at others; past it one is not asked
 */
public record ProbeLimits(int maxInFlight, int maxPerSecond, int maxQueued, int maxPeers) {
  /** Peers asked about one suspect. */
  static final int PEERS_ASKED = 3;

  /** Questions that one peer gets in a second. */
  static final int PER_PEER_PER_SECOND = 2;
}
