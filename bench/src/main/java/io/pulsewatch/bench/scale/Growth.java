package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import io.pulsewatch.cli.replay.SvgPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How cost grows with the number of instances: the same open loop at several sizes, each beside the
 * no-op server, and a plot of what one heartbeat costs. Confined to its thread.
 */
public final class Growth {
  private static final int CONNECTIONS = 50;
  private static final int BUNCH = 32;
  private static final int NOOP_SECONDS = 10;
  private static final int MOST_SAMPLED = 1_000;
  private static final int MANY = 200_000;

  private final Sizes sizes;
  private final Children children;

  public Growth(Sizes sizes, Children children) {
    this.sizes = sizes;
    this.children = children;
  }

  /** One row for each size; the plot goes where {@code BENCH_PLOT} says. */
  public Map<String, Object> run() throws IOException, InterruptedException {
    int seconds = sizes.of("BENCH_FLEET_SECONDS", 20, 3_600);
    List<Map<String, Object>> rows = new ArrayList<>();
    String usual = "1000:100,10000:1000,100000:10000,1000000:30000";
    for (String row : sizes.words("BENCH_GROWTH", usual)) {
      String[] pair = row.split(":", -1);
      int instances = Integer.parseInt(pair[0]);
      System.out.println("  " + instances);
      OpenLoop.Size size =
          new OpenLoop.Size(
              instances,
              Integer.parseInt(pair[1]),
              CONNECTIONS,
              BUNCH,
              seconds,
              NOOP_SECONDS,
              Math.min(MOST_SAMPLED, instances / 10),
              1,
              instances > MANY ? 6 : 2);
      rows.add(new OpenLoop(children, size).run());
    }
    Path plot = Path.of(sizes.words("BENCH_PLOT", "bench/target/growth.svg")[0]);
    Files.writeString(plot, plot(rows));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rows", rows);
    json.put("plot", plot.toString());
    return json;
  }

  private static String plot(List<Map<String, Object>> rows) {
    List<SvgPlot.Point> ours = new ArrayList<>();
    List<SvgPlot.Point> noop = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      double instances = number(row, "instances");
      ours.add(new SvgPlot.Point(instances, cost(row)));
      if (row.get("noop") instanceof Map<?, ?> reference) {
        noop.add(new SvgPlot.Point(instances, cost(reference)));
      }
    }
    return new SvgPlot(
            "What a heartbeat costs the server",
            "open loop, bunches of " + BUNCH + " on " + CONNECTIONS + " connections; 2 cores",
            "instances",
            "processor time for one heartbeat, microseconds",
            List.of(
                new SvgPlot.Line("Pulsewatch", ours, false),
                new SvgPlot.Line("no-op gRPC", noop, true)))
        .text();
  }

  private static double cost(Map<?, ?> row) {
    return Math.max(1e-3, number(row, "server_cpu_us_per_beat")); // the axis is logarithmic
  }

  private static double number(Map<?, ?> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : 0;
  }
}
