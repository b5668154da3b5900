package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.InstanceKey;

/** One instance name, and the processes that hold it one after another, or fight for it. */
final class SimulatedName {
  private final SimulatedWorld world;
  private final Profile profile;
  private SimulatedClient current;

  SimulatedName(SimulatedWorld world, Profile profile) {
    this.world = world;
    this.profile = profile;
    this.current = world.newClient(profile);
  }

  InstanceKey key() {
    return profile.key();
  }

  Profile profile() {
    return profile;
  }

  SimulatedClient current() {
    return current;
  }

  void begin() {
    current.start();
  }

  /** The process ends in this way, and its successor starts later. */
  void restart(Runnable ending, long after) {
    ending.run();
    world
        .timeline()
        .after(
            after,
            () -> {
              if (current.isGone()) {
                rival();
              }
            });
  }

  /** Another process with this name starts; the one before, if it lives, has some time to fight. */
  void rival() {
    SimulatedClient old = current;
    long fight = world.random().nextLong(20 * profile.times().intervalNanos());
    world.timeline().after(fight, () -> old.crash(world.random().nextBoolean()));
    current = world.newClient(profile);
    current.start();
  }
}
