package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.client.RoleWorld.Fault;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Roles in random worlds: a failure names its seed. Confined to the test's thread. */
final class RoleWorldTest {
  private static final long CHAOS_MILLIS = 600_000;
  private static final long CALM_MILLIS = 60_000;

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void neverTwoAndAlwaysOneAgain(long seed) {
    RoleWorld world = new RoleWorld(seed, Fault.NONE);
    world.run(CHAOS_MILLIS, CALM_MILLIS);
    assertThat(world.holders()).as("after a calm minute").isEqualTo(world.somebodyStands() ? 1 : 0);
  }

  @Test
  void theseWorldsAreHardEnough() {
    long grants = 0;
    long handOvers = 0;
    long held = 0;
    for (long seed = 0; seed < 20; seed++) {
      RoleWorld world = new RoleWorld(seed, Fault.NONE);
      world.run(CHAOS_MILLIS, CALM_MILLIS);
      grants += world.grants();
      handOvers += world.handOvers();
      held += world.holders();
    }
    assertThat(grants).as("grants").isGreaterThan(600);
    assertThat(handOvers).as("taken away").isGreaterThan(200);
    assertThat(held).as("worlds with a holder in the end: not all have given up").isGreaterThan(15);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void whatIsPlantedIsFound(Fault fault) {
    long found =
        LongStream.range(0, 20)
            .filter(
                seed -> {
                  try {
                    new RoleWorld(seed, fault).run(CHAOS_MILLIS, 0);
                    return false;
                  } catch (AssertionError expected) {
                    return String.valueOf(expected.getMessage()).startsWith("two ");
                  }
                })
            .count();
    assertThat(found).as("worlds of 20 in which it shows").isPositive();
  }
}
