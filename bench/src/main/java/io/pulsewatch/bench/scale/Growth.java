package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import io.pulsewatch.cli.replay.SvgPlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How cost grows with the number of instances: the same beats a second from ever more of them, each
 * size beside the no-op server, and a plot of what one heartbeat costs. Confined to its thread.
 */
final class Growth {
  private static final String USUAL_SIZES = "1000,10000,100000,1000000";
  private static final int LEAST_INTERVAL_MILLIS = 100;

  /** The axis is logarithmic. */
  private static final double LEAST_SHOWN_MICROS = 0.1;

  private static final int TIMEOUT_INTERVALS = 3;

  /** Of a big fleet, whose interval is long: one and a half intervals are enough then. */
  private static final int LONG_TIMEOUT_MILLIS = 60_000;

  private final Sizes sizes;
  private final Children children;
  private final int rate;
  private final int seconds;

  Growth(Sizes sizes, Children children) {
    this.sizes = sizes;
    this.children = children;
    this.rate = sizes.of("BENCH_GROWTH_RATE", 30_000, 1_000_000);
    this.seconds = sizes.of("BENCH_GROWTH_SECONDS", 30, 3_600);
  }

  /** One row for each size; the plot goes where {@code BENCH_PLOT} says. */
  void run(Map<String, Object> json) throws IOException, InterruptedException {
    json.put("beats_per_second", rate);
    for (String word : sizes.words("BENCH_GROWTH", USUAL_SIZES)) {
      FleetSize size = size(Integer.parseInt(word));
      System.out.println("  " + word + " each " + size.beatMillis() + " ms");
      Rows.add(json, "of_" + word, row -> new OpenLoop(sizes, children, size).run(row));
    }
    List<Map<?, ?>> rows = new ArrayList<>();
    json.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> row && row.containsKey("without_compiler_us_per_beat")) {
            rows.add(row);
          }
        });
    if (!rows.isEmpty()) {
      Path plot = Path.of(sizes.words("BENCH_PLOT", "bench/target/growth.svg")[0]);
      Files.writeString(plot, plot(rows));
    }
  }

  /** Few of them beat more often than they promise, as nobody may promise less than 100 ms. */
  private FleetSize size(int instances) {
    int beatMillis = Math.max(1, (int) Math.round(1e3 * instances / rate));
    int intervalMillis = Math.max(LEAST_INTERVAL_MILLIS, beatMillis);
    int least = intervalMillis + intervalMillis / 2;
    int timeout =
        Math.min(TIMEOUT_INTERVALS * intervalMillis, Math.max(LONG_TIMEOUT_MILLIS, least));
    return new FleetSize(
        instances,
        intervalMillis,
        timeout,
        beatMillis,
        FleetSize.CONNECTIONS,
        FleetSize.BUNCH,
        seconds,
        seconds,
        Math.min(1_000, instances / 10));
  }

  private String plot(List<Map<?, ?>> rows) {
    List<SvgPlot.Point> ours = new ArrayList<>();
    List<SvgPlot.Point> noop = new ArrayList<>();
    List<SvgPlot.Point> collected = new ArrayList<>();
    for (Map<?, ?> row : rows) {
      double thousands = number(row, "instances") / 1e3;
      ours.add(new SvgPlot.Point(thousands, cost(row)));
      double collector = Math.max(LEAST_SHOWN_MICROS, number(row, "of_it_collector_us_per_beat"));
      collected.add(new SvgPlot.Point(thousands, collector));
      if (row.get("noop") instanceof Map<?, ?> reference && number(reference, "server_cores") > 0) {
        noop.add(new SvgPlot.Point(thousands, cost(reference)));
      }
    }
    List<SvgPlot.Line> lines =
        new ArrayList<>(List.of(new SvgPlot.Line("Pulsewatch", ours, false)));
    if (!noop.isEmpty()) {
      lines.add(new SvgPlot.Line("no-op gRPC", noop, true));
    }
    lines.add(new SvgPlot.Line("Pulsewatch's GC", collected, false));
    return new SvgPlot(
            "What a heartbeat costs the server",
            String.format(
                Locale.ROOT,
                "%,d heartbeats a second in each, bunches of %d on %d connections; without the JIT compiler",
                rate,
                FleetSize.BUNCH,
                FleetSize.CONNECTIONS),
            "thousands of instances",
            "processor time for one heartbeat, microseconds",
            lines)
        .text();
  }

  private static double cost(Map<?, ?> row) {
    return Math.max(LEAST_SHOWN_MICROS, number(row, "without_compiler_us_per_beat"));
  }

  private static double number(Map<?, ?> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : 0;
  }
}
