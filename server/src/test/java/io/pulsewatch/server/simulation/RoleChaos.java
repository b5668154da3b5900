package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.random.RandomGenerator;

/** Operators who hand roles over, and holders who step down, at random times. */
final class RoleChaos {
  private final SimulatedWorld world;
  private final long meanNanos;
  private final RandomGenerator random;

  RoleChaos(SimulatedWorld world, long meanNanos) {
    this.world = world;
    this.meanNanos = meanNanos;
    this.random = world.roleRandom();
  }

  void begin() {
    double gap = -Math.log(1 - random.nextDouble()) * meanNanos;
    world
        .timeline()
        .after(
            (long) gap + 1,
            () -> {
              strike();
              begin();
            });
  }

  private void strike() {
    SimulatedName name = world.names().get(random.nextInt(world.names().size()));
    if (random.nextInt(3) == 0) {
      name.current().stepDown();
      return;
    }
    Answer.Caller nobody = reply -> {};
    InstanceKey to = random.nextBoolean() ? null : name.key();
    String role = "r" + random.nextInt(SimulatedWorld.ROLES);
    world.server().offer(new Command.HandOver(nobody, role, to, "simulated"));
  }
}
