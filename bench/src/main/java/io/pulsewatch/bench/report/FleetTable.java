package io.pulsewatch.bench.report;

import static io.pulsewatch.bench.report.Lines.map;
import static io.pulsewatch.bench.report.Lines.number;
import static io.pulsewatch.bench.report.Lines.said;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Open-loop fleets as lines for people, beside what was promised. Confined to one thread. */
final class FleetTable {
  private static final double MAX_FLEET_DEAD_MILLIS = 10;
  private static final double MAX_SLOW_DEAD_MILLIS = 100;
  private static final double SLOW_INTERVAL_MILLIS = 10_000;
  private static final double MAX_MEMORY_RATIO = 2;
  private static final double MAX_CPU_RATIO = 1.15;

  private final Lines lines;

  FleetTable(Lines lines) {
    this.lines = lines;
  }

  void write(Map<?, ?> results) {
    row(map(results, "fleet"), true);
    map(results, "million")
        .forEach(
            (name, value) -> {
              if (value instanceof Map<?, ?> row) {
                row(row, true);
                search(row);
              }
            });
    map(results, "most")
        .forEach(
            (name, value) -> {
              if (value instanceof Map<?, ?> row) {
                search(row);
              }
            });
    map(results, "growth")
        .forEach(
            (name, value) -> {
              if (value instanceof Map<?, ?> row) {
                row(row, false);
              }
            });
  }

  /** What is promised goes with the rows for which it is. */
  private void row(Map<?, ?> row, boolean isPromised) {
    if (!row.containsKey("fleet")) {
      return;
    }
    Map<?, ?> load = map(row, "fleet");
    lines.line(
        "%,.0f instances each %.3f s, %.0f connections, bunches of %.0f, %.0f s: DEAD told p50"
            + " %.1f, p99 %.1f ms late",
        number(row, "instances"),
        number(row, "beats_each_ms") / 1e3,
        number(row, "connections"),
        number(row, "bunch"),
        number(load, "seconds"),
        number(row, "p50"),
        number(row, "p99"));
    double most =
        number(row, "interval_ms") >= SLOW_INTERVAL_MILLIS
            ? MAX_SLOW_DEAD_MILLIS
            : MAX_FLEET_DEAD_MILLIS;
    if (isPromised) {
      lines.target(number(row, "p99") <= most, String.format(Locale.ROOT, "<= %.0f", most));
    }
    lines.line(
        "  false: %.0f DEAD, %.0f SUSPECT; missing %.0f; acks p99 %.1f ms after due; sent p99"
            + " %.1f ms after due",
        number(row, "false_deaths"),
        number(row, "false_suspects"),
        number(row, "missing"),
        number(load, "ack_after_due_ms_p99"),
        number(load, "sent_after_due_ms_p99"));
    lines.target(number(row, "false_deaths") + number(row, "false_suspects") == 0, "none false");
    lines.line(
        "  cores: server %.2f, load %.2f, others %.2f; %s; server paused %.0f times, %.0f ms; mode"
            + " %s",
        number(row, "server_cores"),
        number(load, "load_cores"),
        number(row, "cores_used_by_others"),
        Boolean.TRUE.equals(row.get("overload")) ? "OVERLOAD" : "no overload",
        number(row, "server_pauses"),
        number(row, "server_paused_ms"),
        said(row, "detector_mode"));
    reference(row, map(row, "noop"));
  }

  private void reference(Map<?, ?> row, Map<?, ?> noop) {
    lines.line(
        "  server's time for a beat %.2f us, without the compiler's %.2f",
        number(row, "server_cpu_us_per_beat"), number(row, "without_compiler_us_per_beat"));
    if (noop.isEmpty()) {
      return;
    }
    double cpu =
        number(row, "without_compiler_us_per_beat") / number(noop, "without_compiler_us_per_beat");
    lines.more(
        String.format(
            Locale.ROOT,
            " (no-op %.2f), ratio %.2f",
            number(noop, "without_compiler_us_per_beat"),
            cpu));
    lines.target(cpu <= MAX_CPU_RATIO, "<= 1.15");
    double heap = number(row, "reachable_heap_mib") / number(noop, "reachable_heap_mib");
    lines.line(
        "  reachable heap %.0f MiB (no-op %.0f), ratio %.2f",
        number(row, "reachable_heap_mib"), number(noop, "reachable_heap_mib"), heap);
    lines.target(heap <= MAX_MEMORY_RATIO, "<= 2");
  }

  private void search(Map<?, ?> search) {
    if (!(search.get("probes") instanceof List<?> probes)) {
      return;
    }
    lines.line(
        "most instances each %.0f s in bunches of %.0f with p99 <= %.0f ms: %,.0f; too many: %,.0f",
        number(search, "interval_ms") / 1e3,
        number(search, "bunch"),
        number(search, "p99_ms_at_most"),
        number(search, "largest"),
        number(search, "too_many"));
    for (Object each : probes) {
      if (each instanceof Map<?, ?> probe) {
        lines.line(
            "  %,10.0f: p99 %.1f ms, %.2f cores busy, paused %.0f ms, %s%s",
            number(probe, "instances"),
            number(probe, "p99"),
            number(probe, "cores_busy"),
            number(probe, "server_paused_ms"),
            Boolean.TRUE.equals(probe.get("held")) ? "held" : "did not hold",
            Boolean.TRUE.equals(probe.get("overload")) ? ", OVERLOAD" : "");
      }
    }
  }
}
