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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A fleet that beats on an absolute schedule for some time, while some of it fall silent one by
 * one: how late their DEAD is, what acks take, what it costs; and the same streams at the no-op
 * server, for memory and processor time. Both servers are warm before. Confined to its thread.
 */
final class OpenLoop {
  private static final int SETTLING_INTERVALS = 2;
  private static final int MOST_SETTLING_MILLIS = 40_000;

  /** After it has settled: what is not compiled by then is counted. */
  private static final int MOST_CALMING_MILLIS = 30_000;

  private static final int READY_SECONDS = 400;
  private static final int SEED = 20260801;
  private static final String PREFIX = "live-";

  private final Children children;
  private final FleetSize size;
  private final int heapGib;
  private final int watchers;
  private final int warmUpMillis;

  OpenLoop(Sizes sizes, Children children, FleetSize size) {
    this.children = children;
    this.size = size;
    int heap = sizes.of("BENCH_HEAP_GIB", 0, 64);
    this.heapGib = heap == 0 ? size.heapGib() : heap;
    this.watchers = sizes.of("BENCH_FLEET_WATCHERS", 1, 1_000);
    this.warmUpMillis = sizes.of("BENCH_WARM_UP_MILLIS", 10_000, 100_000);
  }

  /** Ours, and the no-op server's. */
  void run(Map<String, Object> json) throws IOException, InterruptedException {
    json.put("unit", "ms after the timeout");
    json.put("instances", size.instances());
    json.put("interval_ms", size.intervalMillis());
    json.put("timeout_ms", size.timeoutMillis());
    json.put("beats_each_ms", size.beatMillis());
    json.put("connections", size.connections());
    json.put("bunch", size.bunch());
    json.put("heap_gib", heapGib);
    json.put("warm_up_ms_at_most", warmUpMillis);
    ours(json);
    if (size.noopSeconds() > 0) {
      Rows.add(json, "noop", this::noop);
    }
  }

  private void ours(Map<String, Object> json) throws IOException, InterruptedException {
    try (Children.Server server = start(Target.OURS);
        Child fleet = warmFleet(server)) {
      long began = System.nanoTime();
      fleet.await(READY_SECONDS);
      double opened = (System.nanoTime() - began) / 1e9;
      json.put("seconds_to_register", opened);
      System.out.printf("  ours: %,d registered in %.1f s%n", size.instances(), opened);
      try (Child group =
          children.load(
              "watchers",
              WatchGroup.class,
              List.of(Integer.toString(server.port()), Integer.toString(watchers)))) {
        group.await(READY_SECONDS);
        settle(server);
        group.ask("begin", READY_SECONDS);
        measured(json, server, fleet, group);
      }
    }
  }

  private Children.Server start(Target target) throws IOException, InterruptedException {
    Children.Server server = children.server(target, size.options(heapGib));
    Warmth.closedLoop(children, server, warmUpMillis);
    return server;
  }

  private Child warmFleet(Children.Server server) throws IOException, InterruptedException {
    Warmth.verdicts(children, server, warmUpMillis);
    return fleet(server);
  }

  private void settle(Children.Server server) throws IOException, InterruptedException {
    // Slots that found no room while the snapshot was made show in the next one, and in doubts.
    Thread.sleep(Math.min(MOST_SETTLING_MILLIS, SETTLING_INTERVALS * size.intervalMillis()));
    Warmth.underLoad(server, warmUpMillis == 0 ? 0 : MOST_CALMING_MILLIS);
  }

  private void measured(Map<String, Object> json, Children.Server server, Child fleet, Child group)
      throws IOException, InterruptedException {
    Scraped before = Scraped.of(server);
    Meter meter = new Meter(children, server, fleet);
    SendLog log = SendLog.map(log(server), size.instances());
    OneByOne.silence(
        log,
        new SplittableRandom(SEED),
        0,
        size.instances(),
        size.sample(),
        TimeUnit.SECONDS.toNanos(size.seconds()));
    Line line = meter.stop(json);
    Thread.sleep(size.timeoutMillis() + 1_000);
    Scraped after = Scraped.of(server);
    Path file = children.file("told");
    long startedOver = Line.parse(group.ask("dump " + file, READY_SECONDS)).get("started_over");
    SampleFigures sample = new SampleFigures(PREFIX, log, size.timeoutMillis());
    Sighting.read(file).forEach(sample::add);
    json.putAll(sample.json());
    json.put("silenced", size.sample());
    json.put("missing", (long) size.sample() * watchers - sample.count());
    json.put("watches_started_over", startedOver);
    json.put("detector_mode", after.mode());
    json.put("server_pauses", after.since(before, "pauses_total"));
    json.put("server_paused_ms", 1e3 * after.since(before, "paused_seconds_total"));
    memory(json, server, line);
  }

  private void noop(Map<String, Object> json) throws IOException, InterruptedException {
    try (Children.Server server = start(Target.NOOP);
        Child fleet = fleet(server)) {
      fleet.await(READY_SECONDS);
      settle(server);
      Meter meter = new Meter(children, server, fleet);
      Thread.sleep(TimeUnit.SECONDS.toMillis(size.noopSeconds()));
      memory(json, server, meter.stop(json));
    }
  }

  /** Memory comes last: its question is a long pause. */
  private static void memory(Map<String, Object> json, Children.Server server, Line line)
      throws IOException, InterruptedException {
    double resident = Proc.residentBytes(server.child().pid()) / 0x1p20;
    double heap = Line.parse(server.child().ask("heap", READY_SECONDS)).get("heap") / 0x1p20;
    json.put("resident_mib", resident);
    json.put("reachable_heap_mib", heap);
    System.out.printf(
        "    us/beat %s, %s without the compiler's %s ms, resident %.0f MiB, heap %.0f MiB; %s%n",
        json.get("server_cpu_us_per_beat"),
        json.get("without_compiler_us_per_beat"),
        json.get("jit_ms_meanwhile"),
        resident,
        heap,
        line);
  }

  private Child fleet(Children.Server server) throws IOException {
    Files.deleteIfExists(log(server)); // an earlier server may have had this port
    FleetOrder order =
        size.order(server.port(), PREFIX, log(server))
            .bunched(size.bunch())
            .beating(size.beatMillis());
    return children.load("fleet", OpenFleet.class, order.arguments());
  }

  private Path log(Children.Server server) {
    return children.file(PREFIX + server.port() + ".sent");
  }
}
