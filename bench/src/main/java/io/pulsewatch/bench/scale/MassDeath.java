package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Kills;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.Proc;
import io.pulsewatch.bench.WatchTap;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.OpenFleet;
import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.load.Sighting;
import io.pulsewatch.bench.load.WatchGroup;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * Many of a big fleet die at once: by silence, after a last beat that all of them send together,
 * and by the loss of their streams. Preservation is off, as the verdicts are to be measured and not
 * held. Both ledgers; the first round of each manner warms up and is not counted. etcd's leases
 * beside it. Confined to its thread.
 */
final class MassDeath {
  private static final long INTERVAL_MILLIS = 2_000;
  private static final long TIMEOUT_MILLIS = 6_000;
  private static final long RESUME_MILLIS = 3_000;
  private static final int BUNCH = 32;
  private static final int LIVE_CONNECTIONS = 90;
  private static final int READY_SECONDS = 120;
  private static final int WATCH_SECONDS = 60;
  private static final long LATEST_MILLIS = 3_000;
  private static final String LIVE = "live-";
  private static final int SEED = 20260801;

  private final Sizes sizes;
  private final Children children;
  private final int instances;
  private final int dying;
  private final int watchers;
  private final int peers;
  private final int rounds;

  MassDeath(Sizes sizes, Children children) {
    this.sizes = sizes;
    this.children = children;
    this.instances = sizes.of("BENCH_INSTANCES", 100_000, 1_000_000);
    this.dying = sizes.of("BENCH_DYING", 10_000, 100_000);
    this.watchers = sizes.of("BENCH_WATCHERS", 10, 1_000);
    this.peers = sizes.of("BENCH_PEERS", 10, 1_000);
    this.rounds = sizes.of("BENCH_DEATH_ROUNDS", 3, 100);
  }

  /** How the dying end. */
  private enum Manner {
    SILENCE("finale", TIMEOUT_MILLIS),
    LOSS("cut", RESUME_MILLIS);

    private final String order;
    private final long boundNanos;

    Manner(String order, long boundMillis) {
      this.order = order;
      this.boundNanos = TimeUnit.MILLISECONDS.toNanos(boundMillis);
    }
  }

  /** One result for each ledger, and etcd's. */
  void run(Map<String, Object> json) throws InterruptedException {
    json.put("unit", "ms after the bound");
    json.put("instances", instances);
    json.put("dying", dying);
    json.put("connections_of_the_dying", peers);
    json.put("watchers", watchers);
    json.put("bunch", BUNCH);
    json.put("interval_ms", INTERVAL_MILLIS);
    json.put("timeout_ms", TIMEOUT_MILLIS);
    json.put("resume_window_ms", RESUME_MILLIS);
    json.put("rounds_counted", rounds);
    for (String ledger : sizes.words("BENCH_LEDGERS", "memory,sqlite")) {
      Target target = ledger.equals("sqlite") ? Target.DURABLE : Target.OURS;
      Rows.add(json, ledger, row -> measure(row, target));
    }
    int leases = sizes.of("BENCH_ETCD_LEASES", dying, 100_000);
    int others = sizes.of("BENCH_ETCD_LIVE", instances - dying, 1_000_000);
    if (leases > 0) {
      EtcdExpiry.Work work =
          new EtcdExpiry.Work(
              (int) TimeUnit.MILLISECONDS.toSeconds(TIMEOUT_MILLIS),
              (int) INTERVAL_MILLIS,
              BUNCH,
              watchers,
              others,
              LIVE_CONNECTIONS,
              leases,
              peers);
      Rows.add(json, "etcd", row -> EtcdExpiry.run(row, children, work));
    }
  }

  private void measure(Map<String, Object> json, Target target)
      throws IOException, InterruptedException {
    System.out.println("  " + target + ": starting " + (instances - dying) + " that live");
    try (Children.Server server =
            children.server(target, List.of("web=on", "preservation=off", "-Xms2g", "-Xmx2g"));
        Child fleet = fleet(server, LIVE, LIVE_CONNECTIONS, instances - dying)) {
      fleet.await(READY_SECONDS);
      for (Manner manner : Manner.values()) {
        json.put(manner.name().toLowerCase(Locale.ROOT), rounds(server, fleet, manner));
      }
      Rows.add(json, "suspect_of_one", row -> lossesOfOne(row, server));
    }
  }

  /** In the same fleet one stream is lost, and another, and another: each is doubted at once. */
  private void lossesOfOne(Map<String, Object> json, Children.Server server)
      throws IOException, InterruptedException {
    System.out.println("    losses of one");
    try (WatchTap tap = WatchTap.open(server.port())) {
      Kills kills = new Kills(children, server.port(), tap, new SplittableRandom(SEED));
      kills.resets(sizes.of("BENCH_KILL_WARM_UP", 300, 100_000));
      json.put("unit", "ms after a socket was reset");
      json.putAll(kills.resets(sizes.of("BENCH_RESETS", 600, 100_000)));
    }
  }

  private Map<String, Object> rounds(Children.Server server, Child fleet, Manner manner)
      throws IOException, InterruptedException {
    round(server, manner, 0, new DeathFigures(dying, watchers));
    fleet.ask("figures", READY_SECONDS);
    DeathFigures figures = new DeathFigures(dying, watchers);
    for (int i = 1; i <= rounds; i++) {
      round(server, manner, i, figures);
      System.out.println("    " + manner + " " + figures.lastRound());
    }
    Map<String, Object> json = figures.json();
    json.put("live_fleet", FleetFigures.json(Line.parse(fleet.ask("figures", READY_SECONDS))));
    return json;
  }

  private void round(Children.Server server, Manner manner, int number, DeathFigures figures)
      throws IOException, InterruptedException {
    String prefix = manner.name().charAt(0) + "" + number + "-";
    SendLog log = SendLog.map(log(server, prefix), dying);
    try (Child doomed = fleet(server, prefix, peers, dying)) {
      doomed.await(READY_SECONDS);
      try (Child group =
          children.load(
              "watchers",
              WatchGroup.class,
              List.of(Integer.toString(server.port()), Integer.toString(watchers)))) {
        group.await(WATCH_SECONDS);
        Thread.sleep(INTERVAL_MILLIS + INTERVAL_MILLIS / 2);
        group.ask("begin", WATCH_SECONDS);
        Scraped before = Scraped.of(server);
        long cpu = Proc.cpuNanos(server.child().pid());
        long at = Line.parse(doomed.ask(manner.order, READY_SECONDS)).get("at");
        Thread.sleep(TimeUnit.NANOSECONDS.toMillis(manner.boundNanos) + LATEST_MILLIS);
        long cpuNanos = Proc.cpuNanos(server.child().pid()) - cpu;
        Scraped after = Scraped.of(server);
        Path file = children.file("told");
        figures.onStartedOver(
            Line.parse(group.ask("dump " + file, WATCH_SECONDS)).get("started_over"));
        figures.onServer(before, after, cpuNanos);
        figures.begin(prefix);
        for (Sighting told : Sighting.read(file)) {
          boolean silence = manner == Manner.SILENCE;
          long from = silence && told.prefix().equals(prefix) ? log.sentNanos(told.number()) : at;
          figures.add(told, from, manner.boundNanos);
        }
        figures.end();
      }
    }
  }

  private Path log(Children.Server server, String prefix) {
    return children.file(prefix + server.port() + ".sent");
  }

  private Child fleet(Children.Server server, String prefix, int connections, int streams)
      throws IOException {
    FleetOrder order =
        FleetOrder.even(
                server.port(),
                prefix,
                connections,
                streams,
                INTERVAL_MILLIS,
                TIMEOUT_MILLIS,
                log(server, prefix))
            .resuming(RESUME_MILLIS)
            .bunched(BUNCH);
    return children.load("fleet-" + prefix, OpenFleet.class, order.arguments());
  }
}
