package io.pulsewatch.server.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One reading of all metrics while it is put together. Confined to one thread. */
final class Scrape {
  private final MetricSnapshots.Builder all = MetricSnapshots.builder();

  /** A value with its labels. */
  record Point(Labels labels, Number value) {
    static Point of(String label, String name, Number value) {
      return new Point(Labels.of(label, name), value);
    }
  }

  void info(Family family, String... labels) {
    all.metricSnapshot(
        InfoSnapshot.builder()
            .name(family.stem())
            .help(family.help())
            .dataPoint(
                InfoSnapshot.InfoDataPointSnapshot.builder().labels(Labels.of(labels)).build())
            .build());
  }

  void add(Family family, Number value) {
    add(family, List.of(new Point(Labels.EMPTY, value)));
  }

  /** A gauge or a counter. */
  void add(Family family, List<Point> points) {
    switch (family.kind()) {
      case GAUGE -> gauge(family, points);
      case COUNTER -> counter(family, points);
      case HISTOGRAM, INFO -> throw new IllegalArgumentException(family.stem());
    }
  }

  void histogram(Family family, Map<Labels, Spread> spreads) {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder().name(family.stem()).help(family.help());
    spreads.forEach(
        (labels, spread) ->
            histogram.dataPoint(
                HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(labels)
                    .sum(spread.sumSeconds())
                    .classicHistogramBuckets(spread.buckets())
                    .build()));
    all.metricSnapshot(histogram.build());
  }

  /** One point for each name. */
  static List<Point> by(String label, Map<String, ? extends Number> values) {
    List<Point> points = new ArrayList<>();
    values.forEach((name, value) -> points.add(Point.of(label, name, value)));
    return points;
  }

  MetricSnapshots snapshots() {
    return all.build();
  }

  private void gauge(Family family, List<Point> points) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(family.stem()).help(family.help());
    for (Point point : points) {
      gauge.dataPoint(
          GaugeSnapshot.GaugeDataPointSnapshot.builder()
              .labels(point.labels)
              .value(point.value.doubleValue())
              .build());
    }
    all.metricSnapshot(gauge.build());
  }

  private void counter(Family family, List<Point> points) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder().name(family.stem()).help(family.help());
    for (Point point : points) {
      counter.dataPoint(
          CounterSnapshot.CounterDataPointSnapshot.builder()
              .labels(point.labels)
              .value(point.value.doubleValue())
              .build());
    }
    all.metricSnapshot(counter.build());
  }
}
