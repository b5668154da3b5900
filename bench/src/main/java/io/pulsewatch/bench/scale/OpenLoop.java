package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.Proc;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.OpenFleet;
import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.load.Sighting;
import io.pulsewatch.bench.load.WatchGroup;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A fleet that beats on an absolute schedule for some time, while some of it fall silent one by
 * one: how late their DEAD is, what acks take, what it costs; and the same streams at the no-op
 * server, for memory and processor time. Confined to its thread.
 */
public final class OpenLoop {
  private static final int TIMEOUT_INTERVALS = 3;
  private static final long SETTLING_INTERVALS = 2;
  private static final int READY_SECONDS = 400;
  private static final int SEED = 20260801;
  private static final int MAX_SECONDS = 3_600;
  private static final String PREFIX = "live-";

  private final Children children;
  private final Size size;

  public OpenLoop(Sizes sizes, Children children) {
    this(
        children,
        new Size(
            sizes.of("BENCH_INSTANCES", 100_000, 2_000_000),
            sizes.of("BENCH_INTERVAL_MILLIS", 2_000, 3_600_000),
            sizes.of("BENCH_FLEET_CONNECTIONS", 50, 10_000),
            sizes.of("BENCH_BUNCH", 32, 10_000),
            sizes.of("BENCH_FLEET_SECONDS", 60, MAX_SECONDS),
            sizes.of("BENCH_NOOP_SECONDS", 10, MAX_SECONDS),
            sizes.of("BENCH_SAMPLE", 1_000, 100_000),
            sizes.of("BENCH_FLEET_WATCHERS", 1, 1_000),
            sizes.of("BENCH_HEAP_GIB", 2, 64)));
  }

  OpenLoop(Children children, Size size) {
    this.children = children;
    this.size = size;
  }

  /**
   * How much of it.
   *
   * @param seconds of ours, after all are registered
   * @param noopSeconds of the no-op server; 0: it is left out
   * @param sample how many fall silent
   */
  record Size(
      int instances,
      int intervalMillis,
      int connections,
      int bunch,
      int seconds,
      int noopSeconds,
      int sample,
      int watchers,
      int heapGib) {
    long timeoutMillis() {
      return (long) TIMEOUT_INTERVALS * intervalMillis;
    }

    /** Both servers have the same. */
    List<String> options() {
      int perConnection = Math.max(10_000, 2 * (instances / connections));
      return List.of(
          "web=on",
          "max_calls_per_connection=" + perConnection,
          "-Xms" + heapGib + "g",
          "-Xmx" + heapGib + "g");
    }
  }

  /** Ours, and the no-op server's. */
  public Map<String, Object> run() throws IOException, InterruptedException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("unit", "ms after the timeout");
    json.put("instances", size.instances());
    json.put("interval_ms", size.intervalMillis());
    json.put("timeout_ms", size.timeoutMillis());
    json.put("connections", size.connections());
    json.put("bunch", size.bunch());
    json.put("heap_gib", size.heapGib());
    json.putAll(ours());
    if (size.noopSeconds() > 0) {
      json.put("noop", noop());
    }
    return json;
  }

  private Map<String, Object> ours() throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.OURS, size.options());
        Child fleet = fleet(server)) {
      long began = System.nanoTime();
      fleet.await(READY_SECONDS);
      double opened = seconds(began);
      System.out.printf("  ours: %,d registered in %.1f s%n", size.instances(), opened);
      try (Child group =
          children.load(
              "watchers",
              WatchGroup.class,
              List.of(Integer.toString(server.port()), Integer.toString(size.watchers())))) {
        group.await(READY_SECONDS);
        // Slots that found no room while the snapshot was made show in the next one, and in doubts.
        Thread.sleep(SETTLING_INTERVALS * size.intervalMillis());
        group.ask("begin", READY_SECONDS);
        Map<String, Object> json = measured(server, fleet, group);
        json.put("seconds_to_register", opened);
        return json;
      }
    }
  }

  private Map<String, Object> measured(Children.Server server, Child fleet, Child group)
      throws IOException, InterruptedException {
    fleet.ask("figures", READY_SECONDS);
    Scraped before = Scraped.of(server);
    long cpu = Proc.cpuNanos(server.child().pid());
    SendLog log = SendLog.map(log(server), size.instances());
    silenceOneByOne(log);
    Line line = Line.parse(fleet.ask("figures", READY_SECONDS));
    long cpuNanos = Proc.cpuNanos(server.child().pid()) - cpu;
    Thread.sleep(size.timeoutMillis() + 1_000);
    Scraped after = Scraped.of(server);
    Path file = children.file("told");
    long startedOver = Line.parse(group.ask("dump " + file, READY_SECONDS)).get("started_over");
    SampleFigures sample = new SampleFigures(log, size.timeoutMillis());
    Sighting.read(file).forEach(sample::add);
    Map<String, Object> json = new LinkedHashMap<>(sample.json());
    json.put("silenced", size.sample());
    json.put("missing", (long) size.sample() * size.watchers() - sample.count());
    json.put("watches_started_over", startedOver);
    json.put("detector_mode", after.mode());
    json.put("server_pauses", after.since(before, "pauses_total"));
    json.put("server_paused_ms", 1e3 * after.since(before, "paused_seconds_total"));
    json.put("fleet", FleetFigures.json(line));
    cost(json, server, line, cpuNanos);
    return json;
  }

  private Map<String, Object> noop() throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.NOOP, size.options());
        Child fleet = fleet(server)) {
      fleet.await(READY_SECONDS);
      Thread.sleep(size.intervalMillis());
      fleet.ask("figures", READY_SECONDS);
      long cpu = Proc.cpuNanos(server.child().pid());
      Thread.sleep(TimeUnit.SECONDS.toMillis(size.noopSeconds()));
      Line line = Line.parse(fleet.ask("figures", READY_SECONDS));
      long cpuNanos = Proc.cpuNanos(server.child().pid()) - cpu;
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("fleet", FleetFigures.json(line));
      cost(json, server, line, cpuNanos);
      return json;
    }
  }

  /** What the server took: processor time, then memory, whose question is a long pause. */
  private static void cost(
      Map<String, Object> json, Children.Server server, Line line, long cpuNanos)
      throws IOException, InterruptedException {
    json.put("server_cores", (double) cpuNanos / line.get("took_nanos"));
    json.put("server_cpu_us_per_beat", cpuNanos / 1e3 / Math.max(1, line.get("sent")));
    json.put("resident_mib", Proc.residentBytes(server.child().pid()) / 0x1p20);
    long heap = Line.parse(server.child().ask("heap", READY_SECONDS)).get("heap");
    json.put("reachable_heap_mib", heap / 0x1p20);
    System.out.printf(
        "    cores %.2f, us/beat %.2f, resident %.0f MiB, heap %.0f MiB; %s%n",
        (double) cpuNanos / line.get("took_nanos"),
        cpuNanos / 1e3 / Math.max(1, line.get("sent")),
        Proc.residentBytes(server.child().pid()) / 0x1p20,
        heap / 0x1p20,
        line);
  }

  /** Evenly over the time, each at some place of its own interval. */
  private void silenceOneByOne(SendLog log) throws InterruptedException {
    SplittableRandom chance = new SplittableRandom(SEED);
    long began = System.nanoTime();
    long stepNanos = TimeUnit.SECONDS.toNanos(size.seconds()) / Math.max(1, size.sample());
    for (int done = 0; done < size.sample(); ) {
      int number = chance.nextInt(size.instances());
      if (log.isSilent(number)) {
        continue;
      }
      log.silence(number);
      done++;
      long left = began + done * stepNanos - System.nanoTime();
      TimeUnit.NANOSECONDS.sleep(Math.max(0, left));
    }
  }

  private Child fleet(Children.Server server) throws IOException {
    FleetOrder order =
        new FleetOrder(
            server.port(),
            PREFIX,
            size.connections(),
            size.instances(),
            size.intervalMillis(),
            size.timeoutMillis(),
            size.timeoutMillis(),
            size.bunch(),
            log(server));
    return children.load("fleet", OpenFleet.class, order.arguments());
  }

  private Path log(Children.Server server) {
    return children.file(PREFIX + server.port() + ".sent");
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
