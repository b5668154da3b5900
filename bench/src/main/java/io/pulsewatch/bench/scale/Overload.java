package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.ClosedLoop;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.OpenFleet;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a server does that has more heartbeats than it can take: a fleet that beats as it promised,
 * and obeys when it is asked for less; the same that does not; and one that is little, beside
 * senders in a tight loop. All are told window by window. Confined to its thread.
 */
final class Overload {
  private static final int READY_SECONDS = 200;

  private final Children children;
  private final FleetSize much;
  private final FleetSize little;
  private final int windowMillis;
  private final int windows;
  private final int warmUpMillis;

  Overload(Sizes sizes, Children children) {
    this.children = children;
    int connections = FleetSize.CONNECTIONS;
    int interval = sizes.of("BENCH_OVERLOAD_INTERVAL_MILLIS", 400, 3_600_000);
    int instances = sizes.of("BENCH_OVERLOAD_INSTANCES", 100_000, 2_000_000);
    this.windows = sizes.of("BENCH_OVERLOAD_WINDOWS", 12, 1_000);
    this.windowMillis = sizes.of("BENCH_OVERLOAD_WINDOW_MILLIS", 10_000, 600_000);
    this.much = FleetSize.of(instances, interval, connections, 1, 0);
    this.little = FleetSize.of(instances / 10, interval, connections, 1, 0);
    this.warmUpMillis = sizes.of("BENCH_WARM_UP_MILLIS", 10_000, 100_000);
  }

  void run(Map<String, Object> json) throws InterruptedException {
    int few = Math.max(1, windows / 4);
    Rows.add(json, "fleet_that_obeys", row -> ours(row, much, windows, true, false));
    Rows.add(json, "fleet_that_does_not", row -> ours(row, much, few, false, false));
    Rows.add(json, "little_fleet_beside_a_flood", row -> ours(row, little, few, true, true));
  }

  private void ours(
      Map<String, Object> json, FleetSize size, int count, boolean obeys, boolean isFlooded)
      throws IOException, InterruptedException {
    json.put("instances", size.instances());
    json.put("interval_ms", size.intervalMillis());
    json.put("timeout_ms", size.timeoutMillis());
    json.put("connections", size.connections());
    List<String> options = new ArrayList<>(size.options(size.heapGib()));
    options.add("stretch=on");
    try (Children.Server server = children.server(Target.OURS, options)) {
      Warmth.closedLoop(children, server, warmUpMillis);
      try (Child flood = children.load("closed-loop", ClosedLoop.class, List.of());
          Child fleet = fleet(server, size, obeys)) {
        long began = System.nanoTime();
        fleet.await(READY_SECONDS);
        flood.await(READY_SECONDS);
        json.put("seconds_to_register", (System.nanoTime() - began) / 1e9);
        List<Map<String, Object>> told = new ArrayList<>();
        json.put("windows", told);
        if (isFlooded) {
          String order =
              String.format(
                  Locale.ROOT,
                  "run %d %d 4 16 64 10 %d",
                  server.port(),
                  server.child().pid(),
                  count * windowMillis + windowMillis / 2);
          flood.tell(order);
        }
        for (int i = 0; i < count; i++) {
          told.add(window(server, fleet));
        }
      }
    }
  }

  private Map<String, Object> window(Children.Server server, Child fleet)
      throws IOException, InterruptedException {
    Map<String, Object> all = new LinkedHashMap<>();
    Scraped before = Scraped.of(server);
    Meter meter = new Meter(children, server, fleet);
    Thread.sleep(windowMillis);
    Line line = meter.stop(all);
    Scraped after = Scraped.of(server);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("factor", after.get("stretch_ratio"));
    json.put("greatest_factor", after.get("stretch_greatest_ratio"));
    Map<?, ?> figures = FleetFigures.json(line);
    json.put("beats_per_second", figures.get("beats_per_second"));
    json.put("ack_after_due_ms_p50", figures.get("ack_after_due_ms_p50"));
    json.put("ack_after_due_ms_p99", figures.get("ack_after_due_ms_p99"));
    json.put("ack_after_due_ms_max", figures.get("ack_after_due_ms_max"));
    json.put("slots_without_room", figures.get("slots_without_room"));
    json.put("sent_after_due_ms_p99", figures.get("sent_after_due_ms_p99"));
    json.put("heartbeats_per_second", perSecond(before, after, "heartbeats_total{via=\"stream\"}"));
    json.put("dead", grown(before, after, "changes_total", "DEAD"));
    json.put("false_verdicts", grown(before, after, "false_verdicts_total", ""));
    json.put("suspect", grown(before, after, "changes_total", "SUSPECT"));
    json.put("streams_ended", figures.get("streams_ended"));
    json.put("server_pauses", after.since(before, "pauses_total"));
    json.put("server_paused_ms", 1e3 * after.since(before, "paused_seconds_total"));
    json.put("server_cores", all.get("server_cores"));
    json.put("overload", all.get("overload"));
    json.put("detector_mode", after.mode());
    System.out.println("    " + json);
    return json;
  }

  private static double grown(Scraped before, Scraped after, String counter, String label) {
    return after.sum(counter, label) - before.sum(counter, label);
  }

  private double perSecond(Scraped before, Scraped after, String counter) {
    return after.since(before, counter) * 1e3 / windowMillis;
  }

  private Child fleet(Children.Server server, FleetSize size, boolean obeys) throws IOException {
    Path log = children.file("overload-" + server.port() + ".sent");
    Files.deleteIfExists(log); // an earlier server may have had this port
    FleetOrder order = size.order(server.port(), "live-", log);
    // Who beats at another interval than it promised heeds no longer one, either.
    FleetOrder kept = obeys ? order : order.beating(size.intervalMillis() - 1);
    return children.load("fleet", OpenFleet.class, kept.arguments());
  }
}
