package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.OpenFleet;
import io.pulsewatch.bench.load.Pools;
import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.load.Sighting;
import io.pulsewatch.bench.load.WatchGroup;
import io.pulsewatch.bench.load.XdsCrowd;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What xDS clients cost a fleet that beats: the acks, the verdicts and the server's time while
 * pools change, before anybody asked for xDS, and then in turns with clients and without; and how
 * soon clients are told. One server, one fleet. Confined to its thread.
 */
final class XdsLoad {
  private static final String PREFIX = "live-";
  private static final int INTERVAL_MILLIS = 2_000;
  private static final int READY_SECONDS = 120;
  private static final int SETTLING_MILLIS = 4_000;
  private static final int MOST_CALMING_MILLIS = 20_000;
  private static final int SILENCED_PER_SECOND = 10;
  private static final int SEED = 20260801;
  private static final int MILLI = 1_000;

  private final Children children;
  private final Pools pools;
  private final FleetSize size;
  private final int largeClients;
  private final int smallClients;
  private final int seconds;
  private final int rounds;
  private final int periodMillis;
  private final int warmUpMillis;
  private final SplittableRandom chance = new SplittableRandom(SEED);
  private final Map<Kind, List<Phase>> phases = new LinkedHashMap<>();
  private int silenced;

  /** Who asks for xDS meanwhile. */
  private enum Kind {
    /** Nobody does, nor did. */
    BEFORE,
    /** Nobody does. */
    WITHOUT,
    WITH
  }

  private record Phase(long beganNanos, long endedNanos) {
    boolean contains(long nanos) {
      return nanos - beganNanos >= 0 && nanos - endedNanos < 0;
    }
  }

  XdsLoad(Sizes sizes, Children children) {
    this.children = children;
    int large = sizes.of("BENCH_XDS_LARGE", 10_000, 50_000);
    int small = sizes.of("BENCH_XDS_SMALL", 1_000, 10_000);
    int each = sizes.of("BENCH_XDS_EACH", 10, 1_000);
    this.pools = new Pools(large, each);
    this.largeClients = sizes.of("BENCH_XDS_LARGE_CLIENTS", 10, 1_000);
    this.smallClients = Math.min(small / 2, sizes.of("BENCH_XDS_SMALL_CLIENTS", 50, 1_000));
    this.seconds = sizes.of("BENCH_XDS_SECONDS", 15, 600);
    this.rounds = sizes.of("BENCH_XDS_ROUNDS", 4, 100);
    this.periodMillis = sizes.of("BENCH_XDS_PERIOD_MILLIS", 400, 60_000);
    this.warmUpMillis = sizes.of("BENCH_WARM_UP_MILLIS", 10_000, 100_000);
    this.size =
        FleetSize.of(
            large + small * each,
            INTERVAL_MILLIS,
            FleetSize.CONNECTIONS,
            FleetSize.BUNCH,
            rounds * seconds);
    for (Kind kind : Kind.values()) {
      phases.put(kind, new ArrayList<>());
    }
  }

  void run(Map<String, Object> json) throws IOException, InterruptedException {
    json.put("endpoints_of_the_large_service", pools.large());
    json.put("small_services", (size.instances() - pools.large()) / Math.max(1, pools.each()));
    json.put("endpoints_of_each", pools.each());
    json.put("clients_of_the_large_service", largeClients);
    json.put("clients_of_small_services", smallClients);
    json.put("interval_ms", size.intervalMillis());
    json.put("seconds_of_a_phase", seconds);
    List<String> options = new ArrayList<>(size.options(size.heapGib()));
    options.add("xds=on");
    try (Children.Server server = children.server(Target.OURS, options)) {
      Warmth.closedLoop(children, server, warmUpMillis);
      Warmth.verdicts(children, server, warmUpMillis);
      try (Child fleet = fleet(server)) {
        fleet.await(READY_SECONDS);
        try (Child crowd = crowd(server);
            Child group = watchers(server)) {
          crowd.await(READY_SECONDS);
          group.await(READY_SECONDS);
          Thread.sleep(SETTLING_MILLIS);
          Warmth.underLoad(server, warmUpMillis == 0 ? 0 : MOST_CALMING_MILLIS);
          group.ask("begin", READY_SECONDS);
          measured(json, server, fleet, crowd, group);
        }
      }
    }
  }

  private void measured(
      Map<String, Object> json, Children.Server server, Child fleet, Child crowd, Child group)
      throws IOException, InterruptedException {
    SendLog log = SendLog.map(log(server), size.instances());
    Scraped before = Scraped.of(server);
    Rig rig = new Rig(server, fleet, crowd, log);
    List<Map<String, Object>> told = new ArrayList<>();
    json.put("phases", told);
    if (warmUpMillis > 0) { // what has to be compiled for changes alone
      crowd.ask("change " + warmUpMillis / 2 + " " + periodMillis, READY_SECONDS);
    }
    phase(rig, Kind.BEFORE, told);
    crowd.ask("subscribe", READY_SECONDS);
    if (warmUpMillis > 0) {
      crowd.ask("change " + warmUpMillis + " " + periodMillis, READY_SECONDS);
    }
    List<Paired> figures =
        List.of(
            new Paired("ack_p50_nanos"),
            new Paired("ack_p99_nanos"),
            new Paired("ack_p999_nanos"),
            new Paired("server_milli_cores"));
    for (int i = 0; i < rounds; i++) {
      boolean firstWith = i % 2 == 0;
      Line one = turn(rig, firstWith, told);
      Line other = turn(rig, !firstWith, told);
      figures.forEach(each -> each.add(firstWith ? one : other, firstWith ? other : one));
    }
    json.put("ack_after_due_ms_p50", figures.get(0).json(1e6));
    json.put("ack_after_due_ms_p99", figures.get(1).json(1e6));
    json.put("ack_after_due_ms_p999", figures.get(2).json(1e6));
    json.put("server_cores", figures.get(3).json(MILLI));
    Thread.sleep(size.timeoutMillis() + 1_000);
    Scraped after = Scraped.of(server);
    verdicts(json, log, group);
    json.put("silenced", silenced);
    json.put("nacks", after.since(before, "xds_nacks_total"));
    json.put("server_pauses", after.since(before, "pauses_total"));
    json.put("server_paused_ms", MILLI * after.since(before, "paused_seconds_total"));
    json.put("detector_mode", after.mode());
  }

  /** The processes of a measurement. */
  private record Rig(Children.Server server, Child fleet, Child crowd, SendLog log) {}

  private Line turn(Rig rig, boolean with, List<Map<String, Object>> told)
      throws IOException, InterruptedException {
    rig.crowd.ask(with ? "subscribe" : "leave", READY_SECONDS);
    Thread.sleep(MILLI);
    return phase(rig, with ? Kind.WITH : Kind.WITHOUT, told);
  }

  private Line phase(Rig rig, Kind kind, List<Map<String, Object>> told)
      throws IOException, InterruptedException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("clients", kind.name());
    told.add(json);
    Scraped before = Scraped.of(rig.server);
    Meter meter = new Meter(children, rig.server, rig.fleet);
    long began = System.nanoTime();
    rig.crowd.tell("change " + seconds * MILLI + " " + periodMillis);
    silence(rig.log);
    Line line = meter.stop(json);
    phases.getOrDefault(kind, new ArrayList<>()).add(new Phase(began, System.nanoTime()));
    Line changes = Line.parse(rig.crowd.await(READY_SECONDS));
    json.put("changes", changes(changes));
    json.put("answers_sent", Scraped.of(rig.server).since(before, "xds_responses_total"));
    double cores = json.get("server_cores") instanceof Double number ? number : 0;
    line.with("server_milli_cores", Math.round(MILLI * cores));
    System.out.printf(
        "    %s: acks p50 %.2f, p99 %.2f ms; server %.3f cores; %s%n",
        kind, line.get("ack_p50_nanos") / 1e6, line.get("ack_p99_nanos") / 1e6, cores, changes);
    return line;
  }

  private static Map<String, Object> changes(Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    for (String name : List.of("changes", "untold", "answers", "large_answers", "bytes")) {
      json.put(name, line.get(name));
    }
    for (String name : List.of("large_first", "large_joined", "small")) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("ms_p50", line.get(name + "_p50_micros") / 1e3);
      one.put("ms_p99", line.get(name + "_p99_micros") / 1e3);
      one.put("ms_max", line.get(name + "_max_micros") / 1e3);
      one.put("samples", line.get(name + "_count"));
      json.put(name, one);
    }
    return json;
  }

  /** One by one, of services that nobody asked for. */
  private void silence(SendLog log) throws InterruptedException {
    int first = pools.large() + smallClients * pools.each();
    int count = seconds * SILENCED_PER_SECOND;
    OneByOne.silence(
        log, chance, first, size.instances(), count, TimeUnit.SECONDS.toNanos(seconds));
    silenced += count;
  }

  /** A verdict belongs to the phase in which it was due. */
  private void verdicts(Map<String, Object> json, SendLog log, Child group)
      throws IOException, InterruptedException {
    Path file = children.file("told");
    Line.parse(group.ask("dump " + file, READY_SECONDS));
    List<Sighting> all = Sighting.read(file);
    long timeoutNanos = TimeUnit.MILLISECONDS.toNanos(size.timeoutMillis());
    for (Kind kind : Kind.values()) {
      SampleFigures figures = new SampleFigures(PREFIX, log, size.timeoutMillis());
      for (Sighting told : all) {
        boolean silent = told.prefix().equals(PREFIX) && log.isSilent(told.number());
        long at = silent ? log.sentNanos(told.number()) + timeoutNanos : told.atNanos();
        if (phases.getOrDefault(kind, List.of()).stream().anyMatch(each -> each.contains(at))) {
          figures.add(told);
        }
      }
      json.put("dead_after_the_timeout_" + kind.name().toLowerCase(Locale.ROOT), figures.json());
    }
  }

  private Child watchers(Children.Server server) throws IOException {
    return children.load(
        "watchers", WatchGroup.class, List.of(Integer.toString(server.port()), "1", "all"));
  }

  private Child crowd(Children.Server server) throws IOException {
    return children.load(
        "xds-clients",
        XdsCrowd.class,
        List.of(
            Integer.toString(server.port()),
            Integer.toString(largeClients),
            Integer.toString(smallClients)));
  }

  private Child fleet(Children.Server server) throws IOException {
    Files.deleteIfExists(log(server)); // an earlier server may have had this port
    FleetOrder order =
        size.order(server.port(), PREFIX, log(server)).bunched(size.bunch()).serving(pools);
    return children.load("fleet", OpenFleet.class, order.arguments());
  }

  private Path log(Children.Server server) {
    return children.file(PREFIX + server.port() + ".sent");
  }
}
