package io.pulsewatch.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the machine was, and what else it did meanwhile. A measurement on a busy machine is one of
 * the machine. Confined to its thread.
 */
final class Conditions {
  /** Where something is written says nothing of how it was measured. */
  private static final Set<String> PLACES = Set.of("BENCH_RESULTS", "BENCH_PLOT");

  /** What is measured: a commit, and whether the working tree departed from it. */
  private static final String COMMIT = "BENCH_COMMIT";

  private final Children children;
  private final Map<String, Object> foreign = new LinkedHashMap<>();
  private final Map<String, Object> measuredAt = new LinkedHashMap<>();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private final Map<String, Object> commits = new LinkedHashMap<>();
  private final String commit;
  private final Map<String, String> set = new TreeMap<>();
  private final String loadBefore = Proc.loadAverage();
  private long beganNanos;
  private String began = "";
  private long foreignBefore;

  /**
   * Creates it.
   *
   * @param environment what departs from the defaults in it is told
   */
  Conditions(Children children, Map<String, String> environment) {
    this.children = children;
    this.commit = environment.getOrDefault(COMMIT, "unknown");
    environment.forEach(
        (name, value) -> {
          boolean departs = name.startsWith("BENCH_") && !name.equals(COMMIT) && !value.isEmpty();
          if (departs && !PLACES.contains(name)) {
            set.put(name, value);
          }
        });
  }

  static Map<String, Object> machine() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("cpu", Proc.cpuModel());
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("memory_gib", Math.round(Proc.memoryBytes() / 0x1p30));
    machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put(
        "jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    machine.put("date", now());
    return machine;
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A part of the benchmark begins. */
  void begin() {
    beganNanos = System.nanoTime();
    began = now();
    foreignBefore = Proc.machineBusyNanos() - children.cpuNanos();
  }

  /** It has ended. */
  void end(String part) {
    double used = Proc.machineBusyNanos() - children.cpuNanos() - foreignBefore;
    foreign.put(part, Math.max(0, used / (System.nanoTime() - beganNanos)));
    measuredAt.put(part, began);
    settings.put(part, set);
    commits.put(part, commit);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("load_average_before", Double.valueOf(loadBefore));
    json.put("load_average_after", Double.valueOf(Proc.loadAverage()));
    json.put("cores_used_by_others", foreign);
    json.put("measured_at", measuredAt);
    json.put("settings", settings);
    json.put("commits", commits);
    json.put("server_flags", String.join(" ", children.serverFlags()));
    return json;
  }
}
