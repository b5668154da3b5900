package io.pulsewatch.server.simulation;

/** A client's own clock: another origin, and up to 0.1 % fast or slow. */
final class ClientClock {
  private final SimulatedWorld world;
  private final double rate;
  private final long origin;

  ClientClock(SimulatedWorld world) {
    this.world = world;
    this.rate = (world.random().nextDouble() * 2 - 1) * 0.001;
    this.origin = world.random().nextLong();
  }

  long now() {
    return origin + world.now() + (long) (world.now() * rate);
  }

  /** So much of its time, as the world counts it, rounded up. */
  long inWorld(long nanos) {
    return (long) (nanos / (1 + rate)) + 1;
  }
}
