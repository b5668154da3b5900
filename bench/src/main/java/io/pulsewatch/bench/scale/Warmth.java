package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.ClosedLoop;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.OpenFleet;
import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.load.WatchGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Lets a server's JIT compiler do its work before anything is counted: full load in a closed loop,
 * verdicts on a small fleet, then whatever load there is, until a second of it brings next to
 * nothing to compile. Stateless.
 */
final class Warmth {
  /** The compiler is done when it took at most this long in each of so many seconds. */
  private static final long CALM_JIT_MILLIS = 50;

  private static final int CALM_SECONDS = 3;
  private static final int ANSWER_SECONDS = 60;
  private static final int RUN_MILLIS = 1_000;

  // The small fleet, of which some fall silent in each second; too few for preservation.
  private static final int FLEET = 2_000;
  private static final int FLEET_CONNECTIONS = 10;
  private static final int INTERVAL_MILLIS = 100;
  private static final int TIMEOUT_MILLIS = 300;
  private static final int SILENCES_PER_SECOND = 250;
  private static final int MOST_SILENT = 1_000;

  private Warmth() {}

  /** Full load on 16 streams, for at most so long; 0: none. */
  static void closedLoop(Children children, Children.Server server, int mostMillis)
      throws IOException, InterruptedException {
    if (mostMillis == 0) {
      return;
    }
    try (Child load = children.load("closed-loop", ClosedLoop.class, List.of())) {
      load.await(ANSWER_SECONDS);
      String order =
          String.format(
              Locale.ROOT,
              "run %d %d 4 16 64 10 %d",
              server.port(),
              server.child().pid(),
              RUN_MILLIS);
      untilCalm(server, mostMillis, () -> load.ask(order, ANSWER_SECONDS));
    }
  }

  /**
   * Instances that fall silent one after the other, and a watcher who is told, for at most so long;
   * 0: none. Without them the compiler is busy with verdicts when the first ones are measured.
   */
  static void verdicts(Children children, Children.Server server, int mostMillis)
      throws IOException, InterruptedException {
    if (mostMillis == 0) {
      return;
    }
    Path file = children.file("warm-" + server.port() + ".sent");
    FleetOrder order =
        FleetOrder.even(
            server.port(),
            "warm-",
            FLEET_CONNECTIONS,
            FLEET,
            INTERVAL_MILLIS,
            TIMEOUT_MILLIS,
            file);
    Files.deleteIfExists(file); // an earlier server may have had this port
    SendLog log = SendLog.map(file, FLEET);
    try (Child fleet = children.load("fleet-warm", OpenFleet.class, order.arguments());
        Child group =
            children.load(
                "watchers-warm", WatchGroup.class, List.of(Integer.toString(server.port()), "1"))) {
      fleet.await(ANSWER_SECONDS);
      group.await(ANSWER_SECONDS);
      int[] silent = {0};
      int most = Math.min(mostMillis, MOST_SILENT / SILENCES_PER_SECOND * RUN_MILLIS);
      untilCalm(
          server,
          most,
          () -> {
            for (int i = 0; i < SILENCES_PER_SECOND && silent[0] < MOST_SILENT; i++) {
              log.silence(silent[0]++);
              Thread.sleep(RUN_MILLIS / SILENCES_PER_SECOND);
            }
          });
    }
  }

  /** The load that there is, for at most so long. */
  static void underLoad(Children.Server server, int mostMillis)
      throws IOException, InterruptedException {
    untilCalm(server, mostMillis, () -> Thread.sleep(RUN_MILLIS));
  }

  /** Time spent in the compiler since the start. */
  static long jitMillis(Children.Server server) throws IOException, InterruptedException {
    return Line.parse(server.child().ask("jit", ANSWER_SECONDS)).get("jit");
  }

  private interface Second {
    void pass() throws IOException, InterruptedException;
  }

  private static void untilCalm(Children.Server server, int mostMillis, Second second)
      throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
    int calm = 0;
    long before = jitMillis(server);
    while (calm < CALM_SECONDS && System.nanoTime() - until < 0) {
      second.pass();
      long now = jitMillis(server);
      calm = now - before <= CALM_JIT_MILLIS ? calm + 1 : 0;
      before = now;
    }
  }
}
