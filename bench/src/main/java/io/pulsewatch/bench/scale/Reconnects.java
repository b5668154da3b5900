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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A whole fleet comes back at once: all its connections are reset, as by a proxy that restarts; and
 * the server is killed and started again on its ledger. Nobody waits before it connects again, so
 * this is the worst of crowds. Confined to its thread.
 */
public final class Reconnects {
  private static final long INTERVAL_MILLIS = 2_000;
  private static final long TIMEOUT_MILLIS = 6_000;
  private static final long RESUME_MILLIS = 5_000;
  private static final int BUNCH = 32;
  private static final int READY_SECONDS = 120;
  private static final List<String> CAUSES = List.of("SILENCE", "STREAM_LOST", "SUPERSEDED");

  private final Children children;
  private final int instances;
  private final int connections;
  private final int cut;
  private final int atOnce;
  private final Set<String> returns;

  public Reconnects(Sizes sizes, Children children) {
    this.children = children;
    this.instances = sizes.of("BENCH_INSTANCES", 100_000, 1_000_000);
    this.connections = sizes.of("BENCH_FLEET_CONNECTIONS", 100, 10_000);
    this.cut = Math.min(connections, sizes.of("BENCH_CUT_CONNECTIONS", connections, 10_000));
    this.atOnce = sizes.of("BENCH_RETURNING_AT_ONCE", 0, 1_000_000);
    this.returns = Set.of(sizes.words("BENCH_RETURNS", "cut_memory,cut_sqlite,restart_sqlite"));
  }

  /** Each kind of return, by name. */
  public Map<String, Object> run() throws IOException, InterruptedException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("unit", "seconds until all are registered again");
    json.put("instances", instances);
    json.put("connections", connections);
    json.put("connections_cut", cut);
    json.put("interval_ms", INTERVAL_MILLIS);
    json.put("timeout_ms", TIMEOUT_MILLIS);
    json.put("resume_window_ms", RESUME_MILLIS);
    json.put("bunch", BUNCH);
    if (atOnce > 0) {
      json.put("returning_at_once", atOnce);
    }
    if (returns.contains("cut_memory")) {
      try (Children.Server server = children.server(Target.OURS, options());
          Child fleet = fleet(server)) {
        json.put("cut_memory", cut(server, fleet));
      }
    }
    if (returns.contains("cut_sqlite")) {
      onDisk(json);
    }
    return json;
  }

  private void onDisk(Map<String, Object> json) throws IOException, InterruptedException {
    Path place = Files.createDirectories(Path.of("bench", "target", "data"));
    String data = "data=" + Files.createTempDirectory(place, "restart");
    Children.Server first = children.server(Target.DURABLE, options(data));
    try (Child fleet = fleet(first)) {
      json.put("cut_sqlite", cut(first, fleet));
      if (!returns.contains("restart_sqlite")) {
        return;
      }
      fleet.ask("figures", READY_SECONDS);
      long at = Line.parse(fleet.ask("arm", READY_SECONDS)).get("at");
      first.child().kill();
      try (Children.Server second =
          children.server(Target.DURABLE, options(data, "port=" + first.port()))) {
        double ready = seconds(at, System.nanoTime());
        Map<String, Object> restart = settled(second, fleet, at, null);
        restart.put("seconds_until_the_server_is_ready", ready);
        json.put("restart_sqlite", restart);
      }
    } finally {
      first.close();
    }
  }

  private Map<String, Object> cut(Children.Server server, Child fleet)
      throws IOException, InterruptedException {
    fleet.await(READY_SECONDS);
    Thread.sleep(3 * INTERVAL_MILLIS);
    fleet.ask("figures", READY_SECONDS);
    Scraped before = Scraped.of(server);
    long at = Line.parse(fleet.ask("again " + cut, READY_SECONDS)).get("at");
    return settled(server, fleet, at, before);
  }

  private Map<String, Object> settled(
      Children.Server server, Child fleet, long atNanos, @Nullable Scraped before)
      throws IOException, InterruptedException {
    double took = seconds(atNanos, Line.parse(awaitSettled(server, fleet)).get("settled_at"));
    Line line = Line.parse(fleet.ask("figures", READY_SECONDS));
    Thread.sleep(TIMEOUT_MILLIS + 1_000); // whoever was lost on the way is dead by now
    Scraped after = Scraped.of(server);
    double dead = 0;
    for (String cause : CAUSES) {
      String name = "changes_total{cause=\"" + cause + "\",state=\"DEAD\"}";
      dead += after.get(name) - (before == null ? 0 : before.get(name));
    }
    String paused = "paused_seconds_total";
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("settled_after", took);
    json.put("dead", dead);
    json.put(
        "server_paused_ms", 1e3 * (after.get(paused) - (before == null ? 0 : before.get(paused))));
    json.put("fleet", FleetFigures.json(line));
    System.out.printf("  settled after %.2f s, dead %.0f; %s%n", took, dead, line);
    return json;
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

  private Child fleet(Children.Server server) throws IOException {
    FleetOrder order =
        new FleetOrder(
            server.port(),
            "back-",
            connections,
            instances,
            INTERVAL_MILLIS,
            TIMEOUT_MILLIS,
            RESUME_MILLIS,
            BUNCH,
            children.file("back-" + server.port() + ".sent"));
    List<String> arguments = new ArrayList<>(order.arguments());
    if (atOnce > 0) {
      arguments.add(Integer.toString(atOnce));
    }
    return children.load("fleet-back", OpenFleet.class, arguments);
  }

  private static double seconds(long fromNanos, long toNanos) {
    return (toNanos - fromNanos) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
