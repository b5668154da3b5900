package io.pulsewatch.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the machine was, and what else it did meanwhile. A measurement on a busy machine is one of
 * the machine. Confined to its thread.
 */
final class Conditions {
  private final Children children;
  private final Map<String, Object> foreign = new LinkedHashMap<>();
  private final String loadBefore = Proc.loadAverage();
  private long beganNanos;
  private long foreignBefore;

  Conditions(Children children) {
    this.children = children;
  }

  static Map<String, Object> machine() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("cpu", Proc.cpuModel());
    machine.put("cores", Runtime.getRuntime().availableProcessors());
    machine.put("memory_gib", Math.round(Proc.memoryBytes() / 0x1p30));
    machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put(
        "jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
    machine.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return machine;
  }

  /** A part of the benchmark begins. */
  void begin() {
    beganNanos = System.nanoTime();
    foreignBefore = Proc.machineBusyNanos() - children.cpuNanos();
  }

  /** It has ended. */
  void end(String part) {
    double used = Proc.machineBusyNanos() - children.cpuNanos() - foreignBefore;
    foreign.put(part, Math.max(0, used / (System.nanoTime() - beganNanos)));
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("load_average_before", Double.valueOf(loadBefore));
    json.put("load_average_after", Double.valueOf(Proc.loadAverage()));
    json.put("cores_used_by_others", foreign);
    json.put("server_flags", String.join(" ", children.serverFlags()));
    return json;
  }
}
