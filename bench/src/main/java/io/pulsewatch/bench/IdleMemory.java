package io.pulsewatch.bench;

import io.pulsewatch.bench.load.Fleet;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Memory of an idle stream, ours beside the no-op server's: reachable heap with many streams less
 * reachable heap with one, divided by how many more there are. Confined to its thread.
 */
final class IdleMemory {
  private static final long INTERVAL_MILLIS = TimeUnit.HOURS.toMillis(1);
  private static final long TIMEOUT_MILLIS = TimeUnit.HOURS.toMillis(3);
  private static final int READY_SECONDS = 60;
  private static final int SETTLE_MILLIS = 500;

  private final Plan plan;
  private final Children children;

  IdleMemory(Plan plan, Children children) {
    this.plan = plan;
    this.children = children;
  }

  /** What a stream costs, in bytes of heap and of resident memory. */
  private record Cost(double heap, double resident) {}

  Map<String, Object> run() throws IOException, InterruptedException {
    Cost ours = measure(plan.measured());
    Cost noop = measure(Target.NOOP);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ours", ours.heap());
    json.put("noop", noop.heap());
    json.put("unit", "bytes of reachable heap");
    json.put("ratio_to_noop", ours.heap() / noop.heap());
    json.put("streams", plan.idleStreams());
    json.put("connections", plan.idleConnections());
    json.put("ours_resident", ours.resident());
    json.put("noop_resident", noop.resident());
    return json;
  }

  private Cost measure(Target target) throws IOException, InterruptedException {
    try (Children.Server server = children.server(target);
        Child first = fleet(server, "first-", 1, 1)) {
      first.await(READY_SECONDS);
      liveHeap(server); // loads what the measurement itself needs
      long heapBefore = liveHeap(server);
      long residentBefore = Proc.residentBytes(server.child().pid());
      try (Child many = fleet(server, "idle-", plan.idleConnections(), plan.idleStreams())) {
        many.await(READY_SECONDS);
        Thread.sleep(SETTLE_MILLIS);
        long resident = Proc.residentBytes(server.child().pid()) - residentBefore;
        long heap = liveHeap(server) - heapBefore;
        System.out.printf("  %-5s %,d bytes for %,d streams%n", target, heap, plan.idleStreams());
        return new Cost((double) heap / plan.idleStreams(), (double) resident / plan.idleStreams());
      }
    }
  }

  private Child fleet(Children.Server server, String prefix, int connections, int streams)
      throws IOException {
    FleetOrder order =
        FleetOrder.even(
            server.port(),
            prefix,
            connections,
            streams,
            INTERVAL_MILLIS,
            TIMEOUT_MILLIS,
            children.file(prefix + server.port() + ".sent"));
    return children.load("fleet-" + prefix + "memory", Fleet.class, order.arguments());
  }

  private static long liveHeap(Children.Server server) throws IOException, InterruptedException {
    return Line.parse(server.child().ask("heap", READY_SECONDS)).get("heap");
  }
}
