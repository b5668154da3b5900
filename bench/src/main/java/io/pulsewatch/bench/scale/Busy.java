package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Proc;
import java.util.Map;

/** How full the machine is from one moment on. Confined to its thread. */
final class Busy {
  /** Of all cores: with more than this nothing is left for whoever comes next. */
  private static final double FULL = 0.95;

  private final Children children;
  private final long beganNanos = System.nanoTime();
  private final long machineNanos = Proc.machineBusyNanos();
  private final long ourNanos;

  Busy(Children children) {
    this.children = children;
    this.ourNanos = children.cpuNanos();
  }

  /** Adds what it was until now; returns whether all cores were full. */
  boolean tell(Map<String, Object> json) {
    double took = System.nanoTime() - beganNanos;
    double all = (Proc.machineBusyNanos() - machineNanos) / took;
    double ours = (children.cpuNanos() - ourNanos) / took;
    json.put("cores_busy", all);
    json.put("cores_used_by_others", Math.max(0, all - ours));
    return all >= FULL * Runtime.getRuntime().availableProcessors();
  }
}
