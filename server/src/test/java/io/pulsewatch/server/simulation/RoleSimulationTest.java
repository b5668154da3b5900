package io.pulsewatch.server.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Roles while the server's own process is killed again and again, too: a thousand kills of it among
 * those of its clients. {@link SimulationTest} has roles in all its worlds, without such kills.
 */
final class RoleSimulationTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long KILLS = 1_000;
  private static final long SEED = 20_260_000L;

  @Test
  void oneHolderThroughAThousandKillsOfTheServer() {
    long kills = 0;
    long grants = 0;
    long losses = 0;
    long ends = 0;
    double hours = 0;
    for (long seed = SEED; kills < KILLS; seed++) {
      SimulatedWorld world = new SimulatedWorld(seed, Fault.NONE).withRestarts();
      world.run(HOUR / 4);
      kills += world.server().process();
      grants += world.oracle().roles().grants();
      losses += world.oracle().roles().losses();
      ends += world.oracle().roles().ends();
      hours += (double) world.now() / HOUR;
    }
    System.out.printf(
        "roles: %,d kills of the server in %.0f h, %,d grants, %,d taken or given up, %,d holders"
            + " ended%n",
        kills, hours, grants, losses, ends);
    assertThat(grants).isGreaterThan(KILLS);
    assertThat(losses).isPositive();
    assertThat(ends).isPositive();
  }
}
