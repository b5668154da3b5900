package io.pulsewatch.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results as a table for people, beside what was promised. Confined to one thread. */
public final class Table {
  private static final double MIN_THROUGHPUT_RATIO = 0.9;
  private static final double MAX_MEMORY_RATIO = 2;
  private static final double MAX_SUSPECT_MILLIS = 5;
  private static final double MAX_DEAD_MILLIS = 10;
  private static final double MAX_AFTER_PAUSE_MILLIS = 500;

  private final Node report;
  private final StringBuilder out = new StringBuilder();

  /**
   * @param report the content of the results file
   */
  public Table(Map<String, Object> report) {
    this.report = new Node(report);
  }

  /** A place in the report. */
  private record Node(Map<?, ?> map) {
    @Nullable Node child(String name) {
      return map.get(name) instanceof Map<?, ?> child ? new Node(child) : null;
    }

    Node the(String name) {
      Node child = child(name);
      if (child == null) {
        throw new IllegalArgumentException("no " + name + " in the report");
      }
      return child;
    }

    double number(String name) {
      return map.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    String text(String name) {
      return String.valueOf(map.get(name));
    }
  }

  /** The whole table. */
  public String text() {
    machine(report.the("machine"), report.the("conditions"));
    Node results = report.the("results");
    Node heartbeats = results.child("heartbeats");
    Node memory = results.child("memory_per_stream");
    if (heartbeats != null || memory != null) {
      line("");
      line("%-42s %10s %10s %7s  %-14s  %s", "", "ours", "no-op", "ratio", "95 %", "target");
    }
    if (heartbeats != null && heartbeats.map().containsKey("ours")) {
      heartbeats(heartbeats);
    }
    if (memory != null) {
      memory(memory);
    }
    Node kernel = results.child("kernel_heartbeat");
    if (kernel != null) {
      line("");
      line(
          "a heartbeat in the kernel alone: %.1f ns (%.1f ns are the clock), %.1f bytes allocated",
          kernel.number("heartbeat"),
          kernel.number("of_which_clock"),
          kernel.number("allocated_bytes"));
    }
    Node detectors = results.child("detector_heartbeat");
    if (detectors != null) {
      detectors(detectors);
    }
    Node suspects = results.child("kill_to_suspect");
    Node deaths = results.child("silence_to_dead");
    if (suspects != null && deaths != null) {
      verdicts(suspects, deaths);
    }
    if (results.map().get("own_pauses") instanceof List<?> pauses) {
      pauses(pauses);
    }
    Node rotation = results.child("certificate_rotation");
    if (rotation != null) {
      line("");
      line(
          "%.0f changes of the certificate under %.0f TLS streams: %.0f lost; shown after %.1f s at most",
          rotation.number("changes"),
          rotation.number("streams"),
          rotation.number("lost"),
          rotation.number("slowest_exchange_millis") / 1e3);
    }
    String scale = new ScaleTable(results.map()).text();
    if (!scale.isEmpty()) {
      out.append('\n').append(scale);
    }
    for (String failure : Failures.of(results.map())) {
      line("FAILED %s", failure);
    }
    return out.toString();
  }

  private void detectors(Node detectors) {
    line("");
    for (String name : List.of("fixed", "tail", "logistic", "exponential", "windows")) {
      line(
          "a heartbeat in the detector %-12s %5.1f ns, %.1f bytes allocated",
          name, detectors.number(name), detectors.number(name + "_allocated_bytes"));
    }
  }

  /**
   * False if somebody was declared dead too early. A missed number may be the machine's fault; this
   * cannot be.
   */
  public boolean verdictsWereRight() {
    Node results = report.the("results");
    Node deaths = results.child("silence_to_dead");
    boolean right = deaths == null || wereRight(deaths);
    Node rotation = results.child("certificate_rotation");
    right &= rotation == null || rotation.number("lost") == 0;
    if (results.map().get("own_pauses") instanceof List<?> pauses) {
      right &= pauses.stream().allMatch(row -> node(row).number("false_deaths") == 0);
    }
    return right;
  }

  private static Node node(Object row) {
    if (row instanceof Map<?, ?> map) {
      return new Node(map);
    }
    throw new IllegalArgumentException("row: " + row);
  }

  private static boolean wereRight(Node deaths) {
    return deaths.number("early") == 0 && deaths.number("false_deaths") == 0;
  }

  private void machine(Node machine, Node conditions) {
    line(
        "%s, %.0f cores, %.0f GiB; %s; %s; %s",
        machine.text("cpu"),
        machine.number("cores"),
        machine.number("memory_gib"),
        machine.text("kernel"),
        machine.text("jdk"),
        machine.text("date"));
    StringBuilder others = new StringBuilder();
    conditions
        .the("cores_used_by_others")
        .map()
        .forEach((part, cores) -> others.append(format(", %.2f in %s", cores, part)));
    line(
        "load average %.1f before, %.1f after; cores used by others: %s",
        conditions.number("load_average_before"),
        conditions.number("load_average_after"),
        others.length() > 2 ? others.substring(2) : "unknown");
  }

  private void heartbeats(Node node) {
    compared("heartbeats acked per second", "%,10.0f", node, "", "ratio_to_noop");
    target(node.number("ratio_to_noop") >= MIN_THROUGHPUT_RATIO, ">= 0.90");
    compared("  server's CPU for each, us", "%10.2f", node, "_server_cpu_us", "server_cpu_ratio");
    compared("  round trip p50, ms", "%10.2f", node, "_round_trip_ms_p50", "");
    compared("  round trip p99, ms", "%10.2f", node, "_round_trip_ms_p99", "");
    compared("  bytes of an ack", "%10.1f", node, "_ack_bytes", "");
    line(
        "  (%.0f pairs; %.0f streams on %.0f connections, window %.0f; load generator: %.2f cores)",
        node.number("pairs"),
        node.number("streams"),
        node.number("connections"),
        node.number("window"),
        node.number("load_generator_cpu_share"));
  }

  private void memory(Node node) {
    compared("heap per idle stream, bytes", "%,10.0f", node, "", "ratio_to_noop");
    target(node.number("ratio_to_noop") <= MAX_MEMORY_RATIO, "<= 2.00");
    compared("  resident, no collection forced, bytes", "%,10.0f", node, "_resident", "");
    line(
        "  (%,.0f streams on %.0f connections)",
        node.number("streams"), node.number("connections"));
  }

  private void verdicts(Node suspects, Node deaths) {
    line("");
    line(
        "%-42s %7s %7s %7s %7s %6s  %s",
        "milliseconds", "p50", "p99", "p99.9", "max", "n", "target");
    line("SUSPECT after the end of");
    quantiles("  a socket (reset)", suspects);
    target(suspects.number("p99") <= MAX_SUSPECT_MILLIS, "p99 <= 5");
    String live = format("%,.0f", deaths.number("live_streams"));
    quantiles("  a socket, beside " + live + " live streams", suspects.the("with_live_streams"));
    quantiles("  a small process (kill -9)", suspects.the("small_process"));
    target(suspects.the("small_process").number("p99") <= MAX_SUSPECT_MILLIS, "p99 <= 5");
    quantiles("  a JVM (kill -9)", suspects.the("jvm"));
    Node noop = suspects.child("noop");
    if (noop != null) {
      quantiles("  a socket of the no-op server", noop);
      quantiles("  a small process at the no-op server", noop.the("small_process"));
    }
    held(
        suspects,
        suspects.the("with_live_streams"),
        suspects.the("small_process"),
        suspects.the("jvm"));
    line("DEAD after the timeout, beside " + live + " live streams");
    quantiles("  silent streams", deaths);
    target(deaths.number("p99") <= MAX_DEAD_MILLIS, "p99 <= 10");
    quantiles("    less the server's own pauses", deaths.the("net_of_server_pauses"));
    quantiles("    as the server says", deaths.the("server_says"));
    quantiles("  a stopped process (SIGSTOP)", deaths.the("sigstop"));
    line(
        "verdicts before the timeout: %.0f; false deaths: %.0f; false suspects: %.0f",
        deaths.number("early"), deaths.number("false_deaths"), deaths.number("false_suspects"));
    target(wereRight(deaths), "none dead");
  }

  private void pauses(List<?> rows) {
    line("");
    line(
        "%-34s %9s %8s %9s %9s  %s",
        "own pauses", "pause ms", "streams", "SUSPECT", "DEAD", "an ended one is DEAD by");
    for (Object each : rows) {
      Node row = node(each);
      line(
          "%-34s %,9.0f %,8.0f %9.0f %9.0f  timeout + pause + %.0f ms (the first: timeout + %.0f)",
          row.text("pause"),
          row.number("pause_ms"),
          row.number("streams"),
          row.number("false_suspects"),
          row.number("false_deaths"),
          row.number("last_dead_ms_after_timeout_and_pause"),
          row.number("first_dead_ms_after_timeout"));
      target(row.number("false_suspects") + row.number("false_deaths") == 0, "none false");
      target(
          row.number("last_dead_ms_after_timeout_and_pause") <= MAX_AFTER_PAUSE_MILLIS, "<= 500");
    }
  }

  private void compared(String what, String form, Node node, String suffix, String ratio) {
    String ours = format(form, node.number("ours" + suffix));
    String noop = format(form, node.number("noop" + suffix));
    String quotient = ratio.isEmpty() ? "" : format("%.3f", node.number(ratio));
    String interval =
        node.map().get(ratio + "_interval") instanceof List<?> bounds
            ? format("%.3f .. %.3f", bounds.get(0), bounds.get(1))
            : "";
    line("%-42s %10s %10s %7s  %-14s", what, ours, noop, quotient, interval);
  }

  private void quantiles(String what, Node node) {
    line(
        "%-42s %7.2f %7.2f %7.2f %7.2f %6.0f",
        what,
        node.number("p50"),
        node.number("p99"),
        node.number("p999"),
        node.number("max"),
        node.number("samples"));
  }

  private void held(Node... nodes) {
    double held = 0;
    double spoiled = 0;
    for (Node node : nodes) {
      held += node.number("held_by_server_pause");
      spoiled += node.number("spoiled");
    }
    if (held + spoiled > 0) {
      line(
          "  (left out: %.0f held back by the server's own pause, %.0f silent before their end)",
          held, spoiled);
    }
  }

  /** Goes to the end of the line before it. */
  private void target(boolean met, String text) {
    out.setLength(out.length() - 1);
    line("  %s %s", text, met ? "met" : "MISSED");
  }

  private void line(String form, Object... values) {
    out.append(values.length == 0 ? form : format(form, values)).append('\n');
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
