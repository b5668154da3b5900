package io.pulsewatch.server.simulation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A server that asks everybody to leave: the door knows it at once, the kernel from its next turn
 * on.
 */
final class SimulatedDrain {
  private static final long LEAST_RETRY = TimeUnit.SECONDS.toNanos(1);

  private final SimulatedWorld world;
  private final Set<ServerStream> streams = new LinkedHashSet<>();
  private boolean on;
  private boolean known;
  private long awayNanos;
  private int drains;

  /** Of the drain that is on, or was the last. */
  private int number;

  SimulatedDrain(SimulatedWorld world) {
    this.world = world;
  }

  /**
   * Begins, unless one is on.
   *
   * @param spreadNanos in which those who are there are told, each at a time of its own
   * @param away how long they are asked to stay away
   */
  void begin(long lastsNanos, long spreadNanos, long away) {
    if (on) {
      return;
    }
    on = true;
    drains++;
    awayNanos = away;
    int mine = ++number;
    for (ServerStream stream : List.copyOf(streams)) {
      world
          .timeline()
          .after(
              world.random().nextLong(spreadNanos),
              () -> {
                if (on && number == mine) {
                  stream.sendAway(away);
                }
              });
    }
    world
        .timeline()
        .after(
            lastsNanos,
            () -> {
              if (number == mine) {
                on = false;
              }
            });
  }

  /** The process is killed: the next one knows of no drain. */
  void forget() {
    on = false;
    known = false;
    number++;
    streams.clear();
  }

  void onOpened(ServerStream stream) {
    streams.add(stream);
  }

  void onClosed(ServerStream stream) {
    streams.remove(stream);
  }

  /** True where whoever comes is sent away. */
  boolean isOn() {
    return on;
  }

  /** How long whoever comes is asked to stay away. */
  long retryNanos() {
    return Math.max(LEAST_RETRY, awayNanos);
  }

  /** How many there were. */
  int drains() {
    return drains;
  }

  /** True while the kernel should judge nobody who has no stream. */
  boolean isKnown() {
    return known;
  }

  /** The kernel learns of it. */
  void tell() {
    boolean ends = known && !on;
    known = on;
    if (ends) {
      world.oracle().onDrainOver();
    }
    boolean told = on;
    if (world.fault() == Fault.DRAIN_NOT_TOLD) {
      told = false;
    } else if (world.fault() == Fault.DRAIN_NEVER_OVER) {
      told = drains > 0;
    }
    world.server().kernel().drain(told, world.server().moment());
  }
}
