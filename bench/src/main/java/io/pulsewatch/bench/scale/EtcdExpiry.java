package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.EtcdLoad;
import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;

/** How late etcd tells that many of its leases ran out at once while the others live. Stateless. */
final class EtcdExpiry {
  private static final int DONE_SECONDS = 600;
  private static final double MICROS_PER_MILLI = 1_000;

  private EtcdExpiry() {}

  /**
   * The same as ours.
   *
   * @param living leases that are kept alive all the while
   * @param ending leases that are not
   */
  record Work(
      int secondsToLive,
      int intervalMillis,
      int bunch,
      int watchers,
      int living,
      int livingConnections,
      int ending,
      int endingConnections) {}

  static void run(Map<String, Object> json, Children children, Work work)
      throws IOException, InterruptedException {
    System.out.printf("  etcd: %,d leases live, %,d end%n", work.living(), work.ending());
    json.put("leases", work.ending());
    json.put("leases_that_live", work.living());
    json.put("kept_alive_each_ms", work.intervalMillis());
    json.put("seconds_to_live", work.secondsToLive());
    try (Etcd etcd = Etcd.start(children);
        Child load =
            children.load(
                "etcd-load",
                EtcdLoad.class,
                IntStream.of(
                        etcd.port(),
                        work.secondsToLive(),
                        work.intervalMillis(),
                        work.bunch(),
                        work.watchers(),
                        work.living(),
                        work.livingConnections(),
                        work.ending(),
                        work.endingConnections())
                    .mapToObj(Integer::toString)
                    .toList())) {
      Line line = Line.parse(load.await(DONE_SECONDS));
      System.out.println("    " + line);
      json.put("p50", line.get("p50_micros") / MICROS_PER_MILLI);
      json.put("p99", line.get("p99_micros") / MICROS_PER_MILLI);
      json.put("max", line.get("max_micros") / MICROS_PER_MILLI);
      json.put("samples", line.get("samples"));
      json.put("missing", line.get("missing"));
      json.put("early", line.get("early"));
      json.put("false_deaths", line.get("false_deaths"));
      json.put("leases_lost_before", line.get("lost"));
    }
  }
}
