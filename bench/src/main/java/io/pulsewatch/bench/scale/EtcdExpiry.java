package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.EtcdLoad;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How late etcd tells that many leases ran out at once. Stateless. */
final class EtcdExpiry {
  private static final int SECONDS_TO_LIVE = 6;
  private static final int CONNECTIONS = 10;
  private static final int DONE_SECONDS = 200;
  private static final double MICROS_PER_MILLI = 1_000;

  private EtcdExpiry() {}

  static Map<String, Object> run(Sizes sizes, Children children, int watchers)
      throws IOException, InterruptedException {
    int leases = sizes.of("BENCH_ETCD_LEASES", 10_000, 100_000);
    System.out.println("  etcd: " + leases + " leases");
    try (Etcd etcd = Etcd.start(children);
        Child load =
            children.load(
                "etcd-load",
                EtcdLoad.class,
                List.of(
                    Integer.toString(etcd.port()),
                    Integer.toString(leases),
                    Integer.toString(SECONDS_TO_LIVE),
                    Integer.toString(CONNECTIONS),
                    Integer.toString(watchers)))) {
      Line line = Line.parse(load.await(DONE_SECONDS));
      System.out.println("    " + line);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("leases", leases);
      json.put("p50", line.get("p50_micros") / MICROS_PER_MILLI);
      json.put("p99", line.get("p99_micros") / MICROS_PER_MILLI);
      json.put("max", line.get("max_micros") / MICROS_PER_MILLI);
      json.put("samples", line.get("samples"));
      json.put("missing", line.get("missing"));
      json.put("early", line.get("early"));
      json.put("leases_lost_before", line.get("lost"));
      return json;
    }
  }
}
