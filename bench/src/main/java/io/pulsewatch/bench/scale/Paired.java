package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.report.Statistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One figure of two, measured in turns: medians, and the median of ratios within the pairs.
 * Confined to its thread.
 */
final class Paired {
  private static final double LEVEL = 0.95;

  private final String name;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> theirs = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private Line lastOurs = new Line();
  private Line lastTheirs = new Line();

  Paired(String name) {
    this.name = name;
  }

  void add(Line our, Line their) {
    lastOurs = our;
    lastTheirs = their;
    ours.add((double) our.get(name));
    theirs.add((double) their.get(name));
    ratios.add((double) our.get(name) / their.get(name));
  }

  /** Measures one of the two. */
  interface Measurement {
    Line measure() throws IOException, InterruptedException;
  }

  /** Measures a pair; now the one is first and now the other. */
  void alternated(Measurement our, Measurement their) throws IOException, InterruptedException {
    if (ours.size() % 2 == 0) {
      Line first = our.measure();
      add(first, their.measure());
    } else {
      Line first = their.measure();
      add(our.measure(), first);
    }
  }

  /** All that was measured of ours in the last pair. */
  Line lastOurs() {
    return lastOurs;
  }

  /** And of the other. */
  Line lastTheirs() {
    return lastTheirs;
  }

  /** Medians in units of {@code unit}; the ratio with an interval where there are enough pairs. */
  Map<String, Object> json(double unit) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ours", Statistics.median(ours) / unit);
    json.put("reference", Statistics.median(theirs) / unit);
    json.put("ratio", Statistics.median(ratios));
    Statistics.Interval interval = Statistics.medianInterval(ratios, LEVEL);
    json.put("ratio_interval", List.of(interval.low(), interval.high()));
    json.put("ratio_interval_level", interval.level());
    json.put("pairs", ratios.size());
    json.put("ours_samples", ours.stream().map(value -> value / unit).toList());
    json.put("reference_samples", theirs.stream().map(value -> value / unit).toList());
    return json;
  }
}
