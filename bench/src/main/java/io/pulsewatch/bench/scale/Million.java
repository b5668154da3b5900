package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import java.util.Map;

/**
 * A million instances: on few connections, on more, and as many of them without bunches as the
 * machine carries, which is looked for first. Confined to its thread.
 */
final class Million {
  private static final int INTERVAL_MILLIS = 10_000;
  private static final int BOUND_MILLIS = 100;
  private static final int MORE_CONNECTIONS = 500;

  private final Sizes sizes;
  private final Children children;
  private final int instances;
  private final int seconds;
  private final int besideSeconds;
  private final int noopSeconds;
  private final int unbunched;

  Million(Sizes sizes, Children children) {
    this.sizes = sizes;
    this.children = children;
    this.instances = sizes.of("BENCH_MILLION", 1_000_000, 2_000_000);
    this.seconds = sizes.of("BENCH_MILLION_SECONDS", 300, 3_600);
    this.besideSeconds = sizes.of("BENCH_BESIDE_SECONDS", 120, 3_600);
    this.noopSeconds = sizes.of("BENCH_NOOP_SECONDS", 30, 3_600);
    this.unbunched = sizes.of("BENCH_UNBUNCHED", 0, 2_000_000);
  }

  /** One row for each way to have them. */
  void run(Map<String, Object> json) throws InterruptedException {
    FleetSize few = size(instances, FleetSize.CONNECTIONS, FleetSize.BUNCH, seconds);
    row(json, "on_50_connections", few.withNoop(noopSeconds));
    int beside = Math.min(seconds, besideSeconds);
    row(json, "on_500_connections", size(instances, MORE_CONNECTIONS, FleetSize.BUNCH, beside));
    int most = unbunched;
    if (most == 0) {
      int[] found = {0};
      Rows.add(
          json,
          "search_without_bunches",
          row -> found[0] = new Search(sizes, children).run(row, INTERVAL_MILLIS, 1, BOUND_MILLIS));
      most = found[0];
    }
    if (most > 0) {
      row(
          json,
          "without_bunches",
          size(most, FleetSize.CONNECTIONS, 1, seconds).withNoop(noopSeconds));
    }
  }

  private static FleetSize size(int count, int connections, int bunch, int itsSeconds) {
    return FleetSize.of(count, INTERVAL_MILLIS, connections, bunch, itsSeconds);
  }

  private void row(Map<String, Object> json, String name, FleetSize size)
      throws InterruptedException {
    System.out.println("  " + name);
    Rows.add(json, name, row -> new OpenLoop(sizes, children, size).run(row));
  }
}
