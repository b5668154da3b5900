package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.report.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One figure of two, measured in turns: medians, and the median of ratios within the pairs. */
final class Paired {
  private static final double LEVEL = 0.95;

  private final String name;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> theirs = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();

  Paired(String name) {
    this.name = name;
  }

  void add(Line our, Line their) {
    ours.add((double) our.get(name));
    theirs.add((double) their.get(name));
    ratios.add((double) our.get(name) / their.get(name));
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
    return json;
  }
}
