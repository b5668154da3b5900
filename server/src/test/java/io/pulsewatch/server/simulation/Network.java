package io.pulsewatch.server.simulation;

import java.util.concurrent.TimeUnit;

/**
 * What all connections share: the server's own network, which may be cut, and a proxy in front of
 * everybody, which may restart.
 */
final class Network {
  /** A stalled sender tries again so often, at the least, when the way is free. */
  private static final long RETRANSMISSION = TimeUnit.MILLISECONDS.toNanos(200);

  private final SimulatedWorld world;
  private long healsAt = Long.MIN_VALUE;
  private long proxyUpAt = Long.MIN_VALUE;

  Network(SimulatedWorld world) {
    this.world = world;
  }

  /** Nothing comes through for so long; then all of it comes, and nobody was told. */
  void cut(long nanos) {
    healsAt = Math.max(healsAt, world.now() + nanos);
  }

  /** Every connection breaks on both sides, and none can be made for so long. */
  void restartProxy(long nanos) {
    proxyUpAt = Math.max(proxyUpAt, world.now() + nanos);
    for (SimulatedName name : world.names()) {
      long spread = TimeUnit.MILLISECONDS.toNanos(50);
      name.current()
          .cut(true, world.random().nextLong(spread), world.random().nextLong(spread) + 1);
    }
  }

  /** Nobody is there for so long who would take a connection. */
  void refuse(long nanos) {
    proxyUpAt = Math.max(proxyUpAt, world.now() + nanos);
  }

  /** True while nobody is there who would take a connection. */
  boolean refuses() {
    return world.now() < proxyUpAt;
  }

  /** When a message comes that would be there at this time. */
  long through(long at) {
    return at < healsAt ? healsAt + world.random().nextLong(RETRANSMISSION) : at;
  }
}
