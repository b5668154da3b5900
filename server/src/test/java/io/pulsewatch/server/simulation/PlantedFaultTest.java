package io.pulsewatch.server.simulation;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation finds what it is for: each fault is planted at a seam of the real kernel, and
 * breaks the invariant that it is about, though another may break first. Those of preservation are
 * found by {@link ShelterTest}.
 */
final class PlantedFaultTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final int WORLDS = 250;

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NONE", "HELD_TWICE", "NEVER_RELEASED", "SUSPECT_HELD", "PRESERVATION_NOT_TOLD"})
  void isFound(Fault fault) {
    double hours = 0;
    for (long seed = 1; seed <= WORLDS; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed, fault);
      Violation found = live(world);
      hours += (double) world.now() / HOUR;
      if (found != null && found.toString().contains("[" + fault.invariant() + "]")) {
        System.out.printf("%s found after %.2f simulated hours: %s%n", fault, hours, found);
        return;
      }
    }
    throw new AssertionError(fault + " not found in " + hours + " simulated hours");
  }

  private static @Nullable Violation live(SimulatedWorld world) {
    try {
      world.run(HOUR / 2);
      return null;
    } catch (Violation e) {
      return e;
    }
  }
}
