package io.pulsewatch.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Many hours of many worlds. A failure says which world it was: {@code new SimulatedWorld(seed,
 * fault).run(nanos)} in a named test plays it again.
 *
 * <p>The properties {@code pulsewatch.sim.hours} and {@code pulsewatch.sim.seed} make it longer and
 * give it other worlds; without them it is the same every time.
 */
final class SimulationTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long HOURS = 1_000;
  private static final long SEED = 20_250_000L;

  @Test
  void everythingHoldsForAThousandHours() {
    long hours = Long.getLong("pulsewatch.sim.hours", HOURS);
    long first = Long.getLong("pulsewatch.sim.seed", SEED);
    Tally tally = new Tally();
    long seed = first;
    for (; tally.nanos < hours * HOUR; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed, Fault.NONE);
      world.run(lengthOf(seed));
      tally.add(world);
    }
    System.out.printf("simulated %s, seeds %d..%d%n", tally, first, seed - 1);
    assertThat(tally.dead).isPositive();
    assertThat(tally.suspects).isPositive();
    assertThat(tally.overflows).isPositive();
    assertThat(tally.folded).isPositive();
    assertThat(tally.preservations).isPositive();
    assertThat(tally.admissions).isPositive();
    assertThat(tally.stuck).isPositive();
    assertThat(tally.proven).isPositive();
    assertThat(tally.late).isPositive();
    assertThat(tally.reachable).isPositive();
    assertThat(tally.damped).isPositive();
    assertThat(tally.sleeps).isPositive();
    assertThat(tally.stretched).isPositive();
    assertThat(tally.wentBack).isPositive();
    assertThat(tally.drains).isPositive();
    assertThat(tally.rolesGranted).isPositive();
    assertThat(tally.rolesLost).isPositive();
  }

  /** Quick worlds for minutes, slow ones for half a day. */
  private static long lengthOf(long seed) {
    Climate climate = Climate.of(new SplittableRandom(seed));
    if (climate.minInterval() < SECOND) {
      return HOUR / 4;
    }
    if (climate.minInterval() < 10 * SECOND) {
      return HOUR;
    }
    return climate.instances() > 100 ? 2 * HOUR : 12 * HOUR;
  }

  /** What happened in all of them. */
  private static final class Tally {
    private long nanos;
    private long worlds;
    private long events;
    private long turns;
    private long suspects;
    private long dead;
    private long overflows;
    private long folded;
    private long overtaken;
    private long preservations;
    private long admissions;
    private long stuck;
    private long proven;
    private long late;
    private long reachable;
    private long damped;
    private long sleeps;
    private long stretched;
    private long wentBack;
    private long drains;
    private long rolesGranted;
    private long rolesLost;

    void add(SimulatedWorld world) {
      nanos += world.now();
      worlds++;
      events += world.timeline().count();
      turns += world.server().turns();
      suspects += world.oracle().suspects();
      dead += world.oracle().dead();
      overflows += world.watchers().overflows();
      folded += world.watchers().folded();
      overtaken += world.oracle().overtaken();
      preservations += world.server().preservations();
      admissions += world.server().admissions();
      stuck += world.oracle().shownStuck();
      proven += world.oracle().probes().proven();
      late += world.oracle().probes().late();
      reachable += world.oracle().probes().reachable();
      damped += world.oracle().damped();
      sleeps += world.server().sleeps();
      stretched += world.oracle().stretched();
      wentBack += world.oracle().wentBack();
      drains += world.server().drain().drains();
      rolesGranted += world.oracle().roles().grants();
      rolesLost += world.oracle().roles().losses();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d h in %d worlds: %,d events, %,d turns, %,d SUSPECT, %,d DEAD, %,d overflows,"
              + " %,d folded, %,d resumes overtaken, %,d times PRESERVATION, %,d times ADMITTING,"
              + " %,d heartbeats stuck, %,d suspicions ended by an answer, %,d answers late,"
              + " %,d suspects reached, %,d damped, machine asleep %,d times, times stretched %,d times,"
              + " shorter times granted again %,d times, %,d drains, %,d roles granted, %,d taken or given up",
          nanos / HOUR,
          worlds,
          events,
          turns,
          suspects,
          dead,
          overflows,
          folded,
          overtaken,
          preservations,
          admissions,
          stuck,
          proven,
          late,
          reachable,
          damped,
          sleeps,
          stretched,
          wentBack,
          drains,
          rolesGranted,
          rolesLost);
    }
  }
}
