package io.pulsewatch.bench;

import io.pulsewatch.bench.kernel.DetectorCost;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a heartbeat costs in each detector, measured by JMH. Confined to its thread. */
final class DetectorCosts {
  private static final int DONE_SECONDS = 90;

  private DetectorCosts() {}

  static Map<String, Object> run(Children children) throws IOException, InterruptedException {
    try (Child child = children.load("detectors", DetectorCost.class, List.of())) {
      Line line = Line.parse(child.await(DONE_SECONDS));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("unit", "ns");
      for (String name : List.of("fixed", "tail", "logistic", "exponential", "windows")) {
        json.put(name, line.get(name + "_picos") / 1e3);
        json.put(name + "_allocated_bytes", line.get(name + "_milli_bytes") / 1e3);
      }
      return json;
    }
  }
}
