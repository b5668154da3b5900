package io.pulsewatch.bench;

import io.pulsewatch.bench.load.RotationLoad;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Certificates that change under streams: how many streams are lost. Confined to its thread. */
final class Rotation {
  private static final int CHANGES = 10;
  private static final int DONE_SECONDS = 240;

  private Rotation() {}

  static Map<String, Object> run(Plan plan, Children children)
      throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            children.file("rotation").toString(),
            String.valueOf(plan.idleConnections()),
            String.valueOf(plan.liveStreams()),
            String.valueOf(CHANGES));
    try (Child child = children.load("rotation", RotationLoad.class, arguments)) {
      Line line = Line.parse(child.await(DONE_SECONDS));
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("streams", line.get("streams"));
      json.put("connections", plan.idleConnections());
      json.put("changes", line.get("changes"));
      json.put("lost", line.get("lost"));
      json.put("slowest_exchange_millis", line.get("slowest_millis"));
      return json;
    }
  }
}
