package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.Proc;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a server and an open-loop fleet took from one moment to another, and whether that was too
 * much for the machine. Confined to its thread.
 */
final class Meter {
  private static final int ANSWER_SECONDS = 60;

  /** Of HotSpot's threads; Linux keeps 15 letters of a name. */
  private static final List<String> COMPILER = List.of("CompilerThre");

  private static final List<String> COLLECTOR =
      List.of("GC Thread", "G1 ", "VM Thread", "ZWorker", "ZDriver", "ZDirector", "RuntimeWorker");

  private final Children.Server server;
  private final Child fleet;
  private final Busy busy;
  private final long jitMillis;
  private final long compilerNanos;
  private final long collectorNanos;
  private final long cpuNanos;

  /** The measurement begins. */
  Meter(Children children, Children.Server server, Child fleet)
      throws IOException, InterruptedException {
    this.server = server;
    this.fleet = fleet;
    fleet.ask("figures", ANSWER_SECONDS);
    this.busy = new Busy(children);
    this.jitMillis = Warmth.jitMillis(server);
    this.compilerNanos = Proc.cpuNanosOfThreads(server.child().pid(), COMPILER);
    this.collectorNanos = Proc.cpuNanosOfThreads(server.child().pid(), COLLECTOR);
    this.cpuNanos = Proc.cpuNanos(server.child().pid());
  }

  /** It ends; adds what it was, and returns what the fleet says. */
  Line stop(Map<String, Object> json) throws IOException, InterruptedException {
    Line line = Line.parse(fleet.ask("figures", ANSWER_SECONDS));
    long pid = server.child().pid();
    double cpu = Proc.cpuNanos(pid) - cpuNanos;
    double compiler = Proc.cpuNanosOfThreads(pid, COMPILER) - compilerNanos;
    double collector = Proc.cpuNanosOfThreads(pid, COLLECTOR) - collectorNanos;
    double beats = Math.max(1, line.get("sent"));
    json.put("fleet", FleetFigures.json(line));
    json.put("server_cores", cpu / line.get("took_nanos"));
    json.put("server_cpu_us_per_beat", cpu / 1e3 / beats);
    json.put("without_compiler_us_per_beat", Math.max(0, cpu - compiler) / 1e3 / beats);
    json.put("of_it_collector_us_per_beat", collector / 1e3 / beats);
    json.put("jit_ms_meanwhile", Warmth.jitMillis(server) - jitMillis);
    boolean full = busy.tell(json);
    json.put("overload", full || line.get("skipped") > 0);
    return line;
  }
}
