package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.report.Failures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Looks for the most instances that one can have at an interval: DEAD is told in time, nobody is
 * called dead who is not, and the machine has something left. Each probe is a server and a fleet of
 * their own, for a short time. Confined to its thread.
 */
final class Search {
  /** Beats a second, with bunches; without them a beat costs more, and half as many are tried. */
  private static final String USUAL_RATES = "10000,20000,30000,40000,50000,75000,100000";

  private static final double MILLIS_PER_SECOND = 1e3;

  private final Sizes sizes;
  private final Children children;
  private final int seconds;

  Search(Sizes sizes, Children children) {
    this.sizes = sizes;
    this.children = children;
    this.seconds = sizes.of("BENCH_PROBE_SECONDS", 30, 3_600);
  }

  /**
   * Adds every probe, and what they say.
   *
   * @param boundMillis DEAD may be told so long after the timeout, p99
   * @return the most that held; 0 if not even the fewest did
   */
  int run(Map<String, Object> json, int intervalMillis, int bunch, int boundMillis)
      throws InterruptedException {
    json.put("interval_ms", intervalMillis);
    json.put("bunch", bunch);
    json.put("p99_ms_at_most", boundMillis);
    json.put("seconds_of_a_probe", seconds);
    List<Map<String, Object>> probes = new ArrayList<>();
    json.put("probes", probes);
    Bisection bisection = new Bisection(candidates(intervalMillis, bunch));
    while (!bisection.isDone()) {
      int instances = bisection.next();
      System.out.printf("  probe: %,d each %,d ms, bunch %d%n", instances, intervalMillis, bunch);
      Map<String, Object> probe = new LinkedHashMap<>();
      probes.add(probe);
      boolean holds = probe(probe, instances, intervalMillis, bunch, boundMillis);
      bisection.on(holds);
      json.put("largest", bisection.largest());
      json.put("too_many", bisection.tooMany());
    }
    return bisection.largest();
  }

  private int[] candidates(int intervalMillis, int bunch) {
    return Stream.of(sizes.words("BENCH_PROBE_RATES", USUAL_RATES))
        .mapToInt(Integer::parseInt)
        .map(rate -> (int) (rate * (intervalMillis / MILLIS_PER_SECOND)))
        .map(instances -> bunch > 1 ? instances : instances / 2)
        .sorted()
        .toArray();
  }

  private boolean probe(
      Map<String, Object> probe, int instances, int intervalMillis, int bunch, int boundMillis)
      throws InterruptedException {
    FleetSize size = FleetSize.of(instances, intervalMillis, FleetSize.CONNECTIONS, bunch, seconds);
    boolean holds = false;
    try {
      new OpenLoop(sizes, children, size).run(probe);
      holds = holds(probe, boundMillis);
    } catch (IOException | RuntimeException e) {
      System.err.println("bench: probe of " + instances + ": " + e);
      probe.put("gave_up", e.toString()); // too many for this machine is an answer, too
    }
    probe.put("held", holds);
    System.out.printf(
        "    %s: p99 %s ms, paused %s ms, overload %s%n",
        holds ? "held" : "too many",
        probe.get("p99"),
        probe.get("server_paused_ms"),
        probe.get("overload"));
    return holds;
  }

  /** In time, no verdict missing, none early and none false, and not overloaded. */
  static boolean holds(Map<String, Object> probe, int boundMillis) {
    boolean none =
        Stream.of("missing", "early", "false_deaths").allMatch(name -> number(probe, name) == 0);
    return none
        && number(probe, "p99") <= boundMillis
        && Boolean.FALSE.equals(probe.get("overload"))
        && !probe.containsKey(Failures.FAILED);
  }

  private static double number(Map<String, Object> probe, String name) {
    return probe.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
