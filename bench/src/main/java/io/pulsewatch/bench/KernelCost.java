package io.pulsewatch.bench;

import io.pulsewatch.bench.kernel.PulseCost;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a heartbeat costs in the liveness kernel, measured by JMH. Confined to its thread. */
final class KernelCost {
  private static final int DONE_SECONDS = 60;

  private KernelCost() {}

  static Map<String, Object> run(Children children) throws IOException, InterruptedException {
    try (Child child = children.load("kernel", PulseCost.class, List.of())) {
      Line line = Line.parse(child.await(DONE_SECONDS));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("unit", "ns");
      json.put("heartbeat", line.get("heartbeat_picos") / 1e3);
      json.put("of_which_clock", line.get("clock_picos") / 1e3);
      json.put("allocated_bytes", line.get("heartbeat_milli_bytes") / 1e3);
      return json;
    }
  }
}
