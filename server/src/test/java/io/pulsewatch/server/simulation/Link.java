package io.pulsewatch.server.simulation;

import java.util.random.RandomGenerator;

/**
 * One connection: an ordered stream each way, with delay, stalls of lost segments, and a cut that
 * takes what is under way with it.
 */
final class Link {
  private static final long[] STALLS = {200_000_000L, 600_000_000L, 1_400_000_000L};

  private final SimulatedWorld world;
  private final SimulatedReader reader;
  private final long delay;
  private final double stallRate;
  private long upFree;
  private long downFree;
  private boolean cut;

  Link(SimulatedWorld world, SimulatedReader reader, long delay, double stallRate) {
    this.world = world;
    this.reader = reader;
    this.delay = delay;
    this.stallRate = stallRate;
  }

  SimulatedReader reader() {
    return reader;
  }

  boolean isCut() {
    return cut;
  }

  /** Nothing more comes through, in either direction, and nobody is told. */
  void cut() {
    cut = true;
  }

  /** Client to server nothing comes through for so long; then all of it does. */
  void block(long nanos) {
    upFree = Math.max(upFree, world.now() + nanos);
  }

  /**
   * Client to server.
   *
   * @param onDelivered when it lies in the server's socket
   * @param onRead when the reader takes it from there
   */
  void up(Runnable onDelivered, Runnable onRead) {
    upFree = Math.max(upFree, world.network().through(world.now() + travel()));
    world
        .timeline()
        .at(
            upFree,
            () -> {
              if (!cut) {
                onDelivered.run();
                reader.execute(onRead);
              }
            });
  }

  /** Server to client. */
  void down(Runnable onRead) {
    downFree = Math.max(downFree, world.network().through(world.now() + travel()));
    world
        .timeline()
        .at(
            downFree,
            () -> {
              if (!cut) {
                onRead.run();
              }
            });
  }

  private long travel() {
    RandomGenerator random = world.random();
    long stall = random.nextDouble() < stallRate ? STALLS[random.nextInt(STALLS.length)] : 0;
    return delay + random.nextLong(delay / 4 + 1) + stall;
  }
}
