package io.pulsewatch.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Senders in random worlds: a failure names its seed. Confined to the test's thread. */
final class SimulatedWorldTest {
  private static final long CHAOS_MILLIS = 300_000;
  private static final long CALM_MILLIS = 60_000;

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void neverBelievesInWhatTheServerGaveUpAndAlwaysComesBack(long seed) {
    SimulatedWorld world = new SimulatedWorld(seed);
    world.run(CHAOS_MILLIS, CALM_MILLIS);
    assertThat(world.senderIsCurrent()).as("after a calm minute").isTrue();
  }

  @Test
  void theseWorldsAreHardEnough() {
    long verdicts =
        seeds()
            .map(
                seed -> {
                  SimulatedWorld world = new SimulatedWorld(seed);
                  world.run(CHAOS_MILLIS, CALM_MILLIS);
                  return world.verdicts();
                })
            .sum();
    assertThat(verdicts).as("incarnations given up while their sender lived").isGreaterThan(200);
  }
}
