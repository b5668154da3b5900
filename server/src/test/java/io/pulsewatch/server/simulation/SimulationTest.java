package io.pulsewatch.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Many hours of many worlds. */
final class SimulationTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long SEED = 20_250_000L;

  @Test
  void aThousandHours() {
    long hours = Long.getLong("pulsewatch.sim.hours", 1_000L);
    long first = Long.getLong("pulsewatch.sim.seed", SEED);
    long done = 0;
    long events = 0;
    long turns = 0;
    long dead = 0;
    long suspects = 0;
    long overflows = 0;
    long folded = 0;
    long overtaken = 0;
    long seed = first;
    for (; done < hours * HOUR; seed++) {
      long nanos = lengthOf(seed);
      SimulatedWorld world = new SimulatedWorld(seed, Fault.NONE);
      world.run(nanos);
      done += nanos;
      events += world.timeline().count();
      turns += world.server().turns();
      dead += world.oracle().dead();
      suspects += world.oracle().suspects();
      overflows += world.watchers().overflows();
      folded += world.watchers().folded();
      overtaken += world.oracle().overtaken();
    }
    System.out.printf(
        "simulated %d h in %d worlds (seeds %d..%d): %,d events, %,d turns, %,d SUSPECT, %,d DEAD,"
            + " %,d overflows, %,d folded, %,d resumes overtaken%n",
        done / HOUR,
        seed - first,
        first,
        seed - 1,
        events,
        turns,
        suspects,
        dead,
        overflows,
        folded,
        overtaken);
    assertThat(dead).isPositive();
    assertThat(suspects).isPositive();
    assertThat(overflows).isPositive();
  }

  /** Quick worlds for minutes, slow ones for half a day. */
  private static long lengthOf(long seed) {
    Climate climate = Climate.of(new SplittableRandom(seed));
    return climate.minInterval() < 1_000_000_000L
        ? HOUR / 4
        : climate.minInterval() < 10_000_000_000L
            ? HOUR
            : climate.instances() > 100 ? 2 * HOUR : 12 * HOUR;
  }
}
