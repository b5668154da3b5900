package io.pulsewatch.server.simulation;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation finds what it is for: each fault is planted at a seam of the real kernel. */
final class PlantedFaultTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final int WORLDS = 60;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isFound(Fault fault) {
    double hours = 0;
    for (long seed = 1; seed <= WORLDS; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed, fault);
      Violation found = live(world);
      hours += (double) world.now() / HOUR;
      // Other invariants may break first; the one that it was planted for must be among them.
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
