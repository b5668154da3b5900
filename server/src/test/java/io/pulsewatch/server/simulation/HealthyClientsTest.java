package io.pulsewatch.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever beats in time over a sound network has nothing to fear. */
@Tag("once")
final class HealthyClientsTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  @ParameterizedTest
  @ValueSource(longs = {100, 2_000, 10_000, 60_000})
  void theirFenceNeverFires(long intervalMillis) {
    int clients = intervalMillis == 100 ? 1 : 3;
    SimulatedWorld world =
        new SimulatedWorld(intervalMillis, Fault.NONE, Climate.calm(clients, intervalMillis * MS));
    world.run(100 * HOUR);
    assertHealthy(world);
  }

  /** The whole process stops, again and again: nobody is suspected, nobody dies. */
  @ParameterizedTest
  @CsvSource({
    "100, 31",
    "100, 150",
    "100, 5000",
    "2000, 1000",
    "2000, 5900",
    "2000, 30000",
    "10000, 600000"
  })
  void ourPausesHarmNobody(long intervalMillis, long pauseMillis) {
    SimulatedWorld world =
        new SimulatedWorld(pauseMillis, Fault.NONE, Climate.calm(20, intervalMillis * MS));
    world.run(60_000 * MS);
    for (int i = 0; i < 20; i++) {
      world.server().pauseAll(pauseMillis * MS);
      world.run(pauseMillis * MS + 5 * intervalMillis * MS);
    }
    assertThat(world.oracle().suspects()).isZero();
    assertThat(world.oracle().dead()).isZero();
  }

  private static void assertHealthy(SimulatedWorld world) {
    assertThat(world.oracle().suspects()).isZero();
    assertThat(world.oracle().dead()).isZero();
    assertThat(world.oracle().registry().values())
        .isNotEmpty()
        .allMatch(entry -> entry.state() == State.ALIVE);
    assertThat(world.names()).allMatch(name -> name.current().expirations() == 0);
  }
}
