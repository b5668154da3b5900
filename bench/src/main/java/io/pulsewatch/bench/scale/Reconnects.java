package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.OpenFleet;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole fleet comes back at once: all its connections are reset, as by a proxy that restarts; and
 * the server is killed and started again on its ledger. Nobody waits before it connects again, so
 * this is the worst of crowds; and the same with a fleet that has few registrations under way at a
 * time. Confined to its thread.
 */
final class Reconnects {
  private static final long INTERVAL_MILLIS = 2_000;
  private static final long TIMEOUT_MILLIS = 6_000;
  private static final long RESUME_MILLIS = 5_000;
  private static final int BUNCH = 32;
  private static final int READY_SECONDS = 120;
  private static final List<String> CAUSES = List.of("SILENCE", "STREAM_LOST", "SUPERSEDED");

  private final Children children;
  private final int instances;
  private final int connections;
  private final int returning;
  private final int cut;

  Reconnects(Sizes sizes, Children children) {
    this.children = children;
    this.instances = sizes.of("BENCH_INSTANCES", 100_000, 1_000_000);
    this.connections = sizes.of("BENCH_FLEET_CONNECTIONS", 100, 10_000);
    this.returning = sizes.of("BENCH_RETURNING", 1_000, 1_000_000);
    this.cut = Math.min(connections, sizes.of("BENCH_CUT_CONNECTIONS", connections, 10_000));
  }

  /** Each kind of return, by name. */
  void run(Map<String, Object> json) throws InterruptedException {
    json.put("unit", "seconds until all are registered again");
    json.put("instances", instances);
    json.put("connections", connections);
    json.put("connections_cut", cut);
    json.put("interval_ms", INTERVAL_MILLIS);
    json.put("timeout_ms", TIMEOUT_MILLIS);
    json.put("resume_window_ms", RESUME_MILLIS);
    json.put("bunch", BUNCH);
    Rows.add(json, "cut_memory", row -> onMemory(row, instances));
    sqlite(json, "", instances);
    if (returning > 0) {
      json.put("returning_at_once", returning);
      Rows.add(json, "cut_memory_paced", row -> onMemory(row, returning));
      sqlite(json, "_paced", returning);
    }
  }

  private void onMemory(Map<String, Object> json, int atOnce)
      throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.OURS, options());
        Child fleet = fleet(server, atOnce)) {
      fleet.await(READY_SECONDS);
      cut(json, server, fleet);
    }
  }

  private void sqlite(Map<String, Object> json, String suffix, int atOnce)
      throws InterruptedException {
    Rows.add(json, "cut_sqlite" + suffix, cutRow -> onSqlite(json, cutRow, suffix, atOnce));
  }

  private void onSqlite(
      Map<String, Object> json, Map<String, Object> cutRow, String suffix, int atOnce)
      throws IOException, InterruptedException {
    Path place = Files.createDirectories(Path.of("bench", "target", "data"));
    String data = "data=" + Files.createTempDirectory(place, "restart");
    try (Children.Server first = children.server(Target.DURABLE, options(data));
        Child fleet = fleet(first, atOnce)) {
      fleet.await(READY_SECONDS);
      cut(cutRow, first, fleet);
      Rows.add(json, "restart_sqlite" + suffix, row -> restart(row, first, fleet, data));
    }
  }

  private void restart(Map<String, Object> json, Children.Server first, Child fleet, String data)
      throws IOException, InterruptedException {
    fleet.ask("figures", READY_SECONDS);
    long at = Line.parse(fleet.ask("arm", READY_SECONDS)).get("at");
    first.child().kill();
    try (Children.Server second =
        children.server(Target.DURABLE, options(data, "port=" + first.port()))) {
      json.put("seconds_until_the_server_listens", seconds(at, System.nanoTime()));
      settled(json, second, fleet, at, null);
    }
  }

  private void cut(Map<String, Object> json, Children.Server server, Child fleet)
      throws IOException, InterruptedException {
    Thread.sleep(3 * INTERVAL_MILLIS);
    fleet.ask("figures", READY_SECONDS);
    Scraped before = Scraped.of(server);
    long at = Line.parse(fleet.ask("again " + cut, READY_SECONDS)).get("at");
    settled(json, server, fleet, at, before);
  }

  private void settled(
      Map<String, Object> json,
      Children.Server server,
      Child fleet,
      long atNanos,
      @Nullable Scraped before)
      throws IOException, InterruptedException {
    double took = seconds(atNanos, Line.parse(awaitSettled(server, fleet)).get("settled_at"));
    Line line = Line.parse(fleet.ask("figures", READY_SECONDS));
    json.put("settled_after", took);
    json.put("fleet", FleetFigures.json(line));
    Thread.sleep(TIMEOUT_MILLIS + 1_000); // whoever was lost on the way is dead by now
    Scraped after = Scraped.of(server);
    double dead = 0;
    for (String cause : CAUSES) {
      String name = "changes_total{cause=\"" + cause + "\",state=\"DEAD\"}";
      dead += since(after, before, name);
    }
    json.put("dead", dead);
    json.put("server_paused_ms", 1e3 * since(after, before, "paused_seconds_total"));
    System.out.printf("  settled after %.2f s, dead %.0f; %s%n", took, dead, line);
  }

  /** A server that was started anew counts from zero. */
  private static double since(Scraped after, @Nullable Scraped before, String name) {
    return before == null ? after.get(name) : after.since(before, name);
  }

  /** Who fails to settle is told with what is known of those who are not back. */
  private static String awaitSettled(Children.Server server, Child fleet)
      throws IOException, InterruptedException {
    try {
      return fleet.await(READY_SECONDS);
    } catch (IllegalStateException e) {
      double registering = Scraped.of(server).get("streams_registering");
      String figures = fleet.ask("figures", READY_SECONDS);
      throw new IllegalStateException("registering " + registering + "; " + figures, e);
    }
  }

  private List<String> options(String... more) {
    List<String> options = new ArrayList<>(List.of("web=on", "-Xms2g", "-Xmx2g"));
    options.addAll(List.of(more));
    return options;
  }

  private Child fleet(Children.Server server, int atOnce) throws IOException {
    FleetOrder order =
        FleetOrder.even(
                server.port(),
                "back-",
                connections,
                instances,
                INTERVAL_MILLIS,
                TIMEOUT_MILLIS,
                children.file("back-" + server.port() + ".sent"))
            .resuming(RESUME_MILLIS)
            .bunched(BUNCH)
            .returning(atOnce);
    return children.load("fleet-back", OpenFleet.class, order.arguments());
  }

  private static double seconds(long fromNanos, long toNanos) {
    return (toNanos - fromNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
