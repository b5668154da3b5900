package io.pulsewatch.bench;

import io.pulsewatch.bench.load.Fleet;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.serve.Target;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the server makes of its own pauses, with many streams that beat all the while: stopped by
 * SIGSTOP, starved of processor time, held by its collector, or only its event loops held, all of
 * them or one. Some clients really end in each pause.
 *
 * <p>Counts who is told to be SUSPECT or DEAD though nobody ended it, and how long after its
 * timeout the first and the last of the ended are told DEAD: the last one less the whole pause.
 * Where one event loop of several is held, the first one is of another. Confined to its thread.
 */
final class Pauses {
  private static final String LIVE = "beating-";
  private static final int STREAMS_PER_CONNECTION = 2_000;
  private static final long INTERVAL_MILLIS = 1_000;
  private static final long TIMEOUT_MILLIS = 3_000;
  private static final int ENDED = 20;
  private static final int HOGS = 8;
  private static final int HOG_MILLIS = 10_000;
  private static final int READY_SECONDS = 60;
  private static final int NORMAL_SECONDS = 40;
  private static final int SETTLE_MILLIS = 6_000;

  /** The ended ones are read by more than one event loop. */
  private static final int CONNECTIONS_OF_ENDED = 2;

  /** One for which the server goes on judging others, and one that makes it blind. */
  private static final int[] HOLD_SECONDS = {5, 12};

  private static final int ALL = 0;

  private final Plan plan;
  private final Children children;

  Pauses(Plan plan, Children children) {
    this.plan = plan;
    this.children = children;
  }

  /** Says that nobody but the server knows how long it was kept from its work. */
  private static final long AS_SERVER_SAYS = -1;

  /**
   * One way to pause the server. Returns how long it lasted, in milliseconds, or {@link
   * #AS_SERVER_SAYS}.
   */
  private interface Pause {
    long run(Runnable halfway) throws IOException, InterruptedException;
  }

  List<Map<String, Object>> run() throws IOException, InterruptedException {
    List<Map<String, Object>> rows = new ArrayList<>();
    try (Children.Server server = children.server(Target.STALLING);
        WatchTap tap = WatchTap.open(server.port())) {
      tap.awaitNormal(NORMAL_SECONDS);
      int connections = Math.max(1, plan.liveStreams() / STREAMS_PER_CONNECTION);
      FleetOrder order = order(server.port(), LIVE, connections, plan.liveStreams());
      try (Child fleet = children.load("fleet-beating", Fleet.class, order.arguments())) {
        fleet.await(READY_SECONDS);
        Thread.sleep(SETTLE_MILLIS);
        for (int seconds : new int[] {2, 5, 10}) {
          String name = "stopped for " + seconds + " s";
          rows.add(measure(name, server, tap, half -> stop(server, seconds, half)));
        }
        rows.add(measure("starved by " + HOGS + " busy processes", server, tap, this::starve));
        rows.add(measure("full collections", server, tap, half -> collect(server, half)));
        for (int seconds : HOLD_SECONDS) {
          String all = "all event loops held for " + seconds + " s";
          rows.add(measure(all, server, tap, half -> hold(server, ALL, seconds, half)));
          // Not the first one: that one reads our watch.
          String one = "the last event loop held for " + seconds + " s";
          rows.add(measure(one, server, tap, half -> hold(server, 1, seconds, half)));
        }
      }
    }
    return rows;
  }

  private Map<String, Object> measure(
      String name, Children.Server server, WatchTap tap, Pause pause)
      throws IOException, InterruptedException {
    System.out.println("  " + name);
    String prefix = "ended-" + name.replace(' ', '-') + "-";
    FleetOrder order = order(server.port(), prefix, CONNECTIONS_OF_ENDED, ENDED);
    SendLog sent = SendLog.map(order.sendLog(), ENDED);
    long suspects = tap.count(State.STATE_SUSPECT, LIVE);
    long dead = tap.count(State.STATE_DEAD, LIVE);
    try (Child ending = children.load("fleet-ended", Fleet.class, order.arguments())) {
      ending.await(READY_SECONDS);
      Thread.sleep(2 * INTERVAL_MILLIS);
      long millis = pause.run(() -> end(ending));
      long latest = 0;
      long soonest = Long.MAX_VALUE;
      long own = 0;
      for (int i = 0; i < ENDED; i++) {
        WatchTap.Sighting told = tap.await(State.STATE_DEAD, prefix + i, READY_SECONDS);
        long took = told.atNanos() - sent.sentNanos(i);
        latest = Math.max(latest, took);
        soonest = Math.min(soonest, took);
        own = Math.max(own, TimeUnit.NANOSECONDS.toMillis(told.serverPauseNanos()));
      }
      millis = millis == AS_SERVER_SAYS ? own : millis;
      ending.kill();
      Thread.sleep(SETTLE_MILLIS);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("pause", name);
      row.put("pause_ms", millis);
      row.put("streams", plan.liveStreams());
      row.put("timeout_ms", TIMEOUT_MILLIS);
      row.put("false_suspects", tap.count(State.STATE_SUSPECT, LIVE) - suspects);
      row.put("false_deaths", tap.count(State.STATE_DEAD, LIVE) - dead);
      long lastMillis = TimeUnit.NANOSECONDS.toMillis(latest);
      row.put("ended", ENDED);
      row.put("last_dead_ms_after_timeout_and_pause", lastMillis - TIMEOUT_MILLIS - millis);
      long firstMillis = TimeUnit.NANOSECONDS.toMillis(soonest);
      row.put("first_dead_ms_after_timeout", firstMillis - TIMEOUT_MILLIS);
      return row;
    }
  }

  private static long stop(Children.Server server, int seconds, Runnable halfway)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    server.child().pause();
    Thread.sleep(TimeUnit.SECONDS.toMillis(seconds) / 2);
    halfway.run();
    Thread.sleep(TimeUnit.SECONDS.toMillis(seconds) / 2);
    server.child().resume();
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
  }

  private long starve(Runnable halfway) throws IOException, InterruptedException {
    List<Child> hogs = new ArrayList<>();
    try {
      for (int i = 0; i < HOGS; i++) {
        hogs.add(children.command("hog", List.of("sh", "-c", "while :; do :; done")));
      }
      Thread.sleep(HOG_MILLIS / 2);
      halfway.run();
      Thread.sleep(HOG_MILLIS / 2);
    } finally {
      hogs.forEach(Child::kill);
    }
    return AS_SERVER_SAYS;
  }

  private static long collect(Children.Server server, Runnable halfway)
      throws IOException, InterruptedException {
    halfway.run();
    String answer = server.child().ask("collect", READY_SECONDS);
    long collected = Line.parse(answer).get("collected");
    System.out.println("  collected for " + collected + " ms");
    return AS_SERVER_SAYS; // it also collected while it filled the heap
  }

  private static long hold(Children.Server server, int loops, int seconds, Runnable halfway)
      throws IOException, InterruptedException {
    long millis = TimeUnit.SECONDS.toMillis(seconds);
    server.child().ask("hold " + loops + " " + millis, READY_SECONDS);
    Thread.sleep(millis / 2);
    halfway.run();
    Thread.sleep(millis / 2);
    return millis;
  }

  private static void end(Child ending) {
    try {
      ending.pause();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private FleetOrder order(int port, String prefix, int connections, int streams) {
    return FleetOrder.even(
        port,
        prefix,
        connections,
        streams,
        INTERVAL_MILLIS,
        TIMEOUT_MILLIS,
        children.file(prefix + port + ".sent"));
  }
}
