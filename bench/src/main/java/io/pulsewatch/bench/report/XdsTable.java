package io.pulsewatch.bench.report;

import static io.pulsewatch.bench.report.Lines.map;
import static io.pulsewatch.bench.report.Lines.number;

import java.util.List;
import java.util.Map;

/** xDS beside heartbeats as lines for people. Confined to one thread. */
final class XdsTable {
  private final Lines lines;

  XdsTable(Lines lines) {
    this.lines = lines;
  }

  void write(Map<?, ?> xds) {
    if (!xds.containsKey("server_cores")) {
      return;
    }
    lines.line(
        "xDS, %,.0f endpoints in one service and %,.0f services of %.0f; %.0f and %.0f clients",
        number(xds, "endpoints_of_the_large_service"),
        number(xds, "small_services"),
        number(xds, "endpoints_of_each"),
        number(xds, "clients_of_the_large_service"),
        number(xds, "clients_of_small_services"));
    Map<?, ?> p50 = map(xds, "ack_after_due_ms_p50");
    Map<?, ?> p99 = map(xds, "ack_after_due_ms_p99");
    lines.line(
        "  acks after due with clients p50 %.2f, p99 %.2f ms; without %.2f, %.2f ms; ratio %.2f, %.2f",
        number(p50, "ours"),
        number(p99, "ours"),
        number(p50, "reference"),
        number(p99, "reference"),
        number(p50, "ratio"),
        number(p99, "ratio"));
    lines.line(
        "  server's cores with clients %.3f, without %.3f",
        number(map(xds, "server_cores"), "ours"), number(map(xds, "server_cores"), "reference"));
    for (String kind : List.of("before", "without", "with")) {
      Map<?, ?> dead = map(xds, "dead_after_the_timeout_" + kind);
      lines.line(
          "  DEAD told after the timeout, %s: p50 %.1f, p99 %.1f ms of %.0f; early %.0f, false %.0f",
          kind,
          number(dead, "p50"),
          number(dead, "p99"),
          number(dead, "samples"),
          number(dead, "early"),
          number(dead, "false_deaths"));
    }
    if (xds.get("phases") instanceof List<?> phases) {
      phases.forEach(
          phase -> {
            if (phase instanceof Map<?, ?> one && "WITH".equals(one.get("clients"))) {
              told(map(one, "changes"));
            }
          });
    }
  }

  private void told(Map<?, ?> changes) {
    lines.line(
        "  told after a change: first p99 %.1f ms, joined p99 %.1f ms, small services p99 %.1f ms;"
            + " untold %.0f; %.1f MB in %.0f answers",
        number(map(changes, "large_first"), "ms_p99"),
        number(map(changes, "large_joined"), "ms_p99"),
        number(map(changes, "small"), "ms_p99"),
        number(changes, "untold"),
        number(changes, "bytes") / 1e6,
        number(changes, "answers"));
  }
}
