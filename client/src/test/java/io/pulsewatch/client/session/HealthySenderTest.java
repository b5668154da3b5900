package io.pulsewatch.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.client.session.HealthyWorld.Fault;
import io.pulsewatch.client.session.HealthyWorld.Weather;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever beats in time over a network that is sound, or becomes so again at once, is never told to
 * stop work; and whoever is not told has time left. Confined to the test's thread.
 */
@Tag("once")
final class HealthySenderTest {
  private static final long[] INTERVALS_MILLIS = {100, 2_000, 10_000, 60_000};
  private static final long HOURS = 100;
  private static final long HOUR_MILLIS = 3_600_000;

  static Stream<Arguments> worlds() {
    List<Arguments> worlds = new ArrayList<>();
    for (long interval : INTERVALS_MILLIS) {
      for (Weather weather : Weather.values()) {
        worlds.add(Arguments.of(interval, weather));
      }
    }
    return worlds.stream();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void itsFenceNeverFires(long intervalMillis, Weather weather) {
    HealthyWorld world = new HealthyWorld(intervalMillis, weather, Fault.NONE);
    world.run(HOURS);
    assertThat(world.expirations()).as("onExpired").isZero();
    assertThat(world.shortestMarginNanos()).as("time to stop in").isGreaterThan(stopNanos(world));
    long slots = HOURS * HOUR_MILLIS / intervalMillis;
    assertThat(world.acks()).as("heartbeats acked").isBetween(slots * 9 / 10, slots);
    if (weather == Weather.STALLS) {
      assertThat(world.registers()).as("no connection was given up").isEqualTo(1);
    } else {
      assertThat(world.registers()).as("resumed after trouble").isGreaterThan((int) (slots / 200));
    }
  }

  @ParameterizedTest
  @EnumSource(Weather.class)
  void itFiresWhereAcksRenewNothing(Weather weather) {
    HealthyWorld world = new HealthyWorld(2_000, weather, Fault.ACK_UNUSED);
    world.run(1);
    assertThat(world.expirations()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Weather.class)
  void itFiresWhereItIsComputedFromTheInterval(Weather weather) {
    HealthyWorld world = new HealthyWorld(2_000, weather, Fault.FENCE_OF_INTERVAL);
    world.run(1);
    assertThat(world.expirations()).isPositive();
  }

  @Test
  void aFenceWithoutMarginLeavesNoTimeToStopIn() {
    HealthyWorld world = new HealthyWorld(2_000, Weather.STALLS, Fault.FENCE_WITHOUT_MARGIN);
    world.run(3);
    assertThat(world.shortestMarginNanos()).isLessThan(0);
  }

  /** The d of the fence formula, but for what rounding takes. */
  private static long stopNanos(HealthyWorld world) {
    long d = Math.min(250_000_000L, world.terms().allowanceNanos() / 20);
    return d - 1_000;
  }
}
