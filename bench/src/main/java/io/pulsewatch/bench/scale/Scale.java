package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The parts of the benchmark that are about scale, by name. Stateless. */
public final class Scale {
  /** Each is run only when named. */
  public static final List<String> PARTS =
      List.of(
          "deaths",
          "fleet",
          "million",
          "most",
          "fanout",
          "stopped",
          "reconnect",
          "etcd",
          "growth",
          "overload",
          "xds");

  /** Interval, bunch, and how late DEAD may be told. */
  private static final String USUAL_SEARCHES = "10000:32:100,2000:32:10,2000:1:10";

  private Scale() {}

  /** Fills in the results of a part, as soon as there are some. */
  public static void run(String part, Sizes sizes, Children children, Map<String, Object> json)
      throws IOException, InterruptedException {
    switch (part) {
      case "deaths" -> new MassDeath(sizes, children).run(json);
      case "fleet" -> new OpenLoop(sizes, children, fleet(sizes)).run(json);
      case "million" -> new Million(sizes, children).run(json);
      case "most" -> most(sizes, children, json);
      case "fanout" -> new FanOut(sizes, children).run(json);
      case "stopped" -> json.putAll(new StoppedWatcher(sizes, children).run());
      case "etcd" -> etcd(sizes, children, json);
      case "growth" -> new Growth(sizes, children).run(json);
      case "overload" -> new Overload(sizes, children).run(json);
      case "xds" -> new XdsLoad(sizes, children).run(json);
      case "reconnect" -> new Reconnects(sizes, children).run(json);
      default -> throw new IllegalArgumentException("part: " + part);
    }
  }

  private static FleetSize fleet(Sizes sizes) {
    return FleetSize.of(
            sizes.of("BENCH_INSTANCES", 100_000, 2_000_000),
            sizes.of("BENCH_INTERVAL_MILLIS", 2_000, 3_600_000),
            sizes.of("BENCH_FLEET_CONNECTIONS", FleetSize.CONNECTIONS, 10_000),
            sizes.of("BENCH_BUNCH", FleetSize.BUNCH, 10_000),
            sizes.of("BENCH_FLEET_SECONDS", 60, 3_600))
        .withNoop(sizes.of("BENCH_NOOP_SECONDS", 30, 3_600))
        .withSample(sizes.of("BENCH_SAMPLE", 1_000, 100_000));
  }

  private static void most(Sizes sizes, Children children, Map<String, Object> json)
      throws InterruptedException {
    for (String search : sizes.words("BENCH_SEARCHES", USUAL_SEARCHES)) {
      String[] words = search.split(":", -1);
      int interval = Integer.parseInt(words[0]);
      int bunch = Integer.parseInt(words[1]);
      int bound = Integer.parseInt(words[2]);
      String name = "each_" + interval + "_ms_bunches_of_" + bunch;
      Rows.add(json, name, row -> new Search(sizes, children).run(row, interval, bunch, bound));
    }
  }

  private static void etcd(Sizes sizes, Children children, Map<String, Object> json)
      throws InterruptedException {
    Rows.add(json, "keepalives", row -> new KeepAlives(sizes, children).run(row));
    Rows.add(json, "fanout", row -> new EtcdFanOut(sizes, children).run(row));
  }
}
