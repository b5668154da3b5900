package io.pulsewatch.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts about scale as lines for people, beside what was promised. Confined to one thread. */
final class ScaleTable {
  private static final double MAX_MASS_DEAD_MILLIS = 50;
  private static final double MAX_MASS_SUSPECT_MILLIS = 200;
  private static final double MAX_FLEET_DEAD_MILLIS = 10;
  private static final double MAX_MILLION_DEAD_MILLIS = 100;
  private static final double MANY = 500_000;
  private static final double MAX_MEMORY_RATIO = 2;
  private static final double MAX_FANOUT_RATIO = 1.1;
  private static final double MIN_TOLD_PER_SECOND = 1_000_000;
  private static final double MIN_ETCD_RATIO = 2;
  private static final double MAX_SETTLED_SECONDS = 30;
  private static final double MAX_ACK_MILLIS = 100;

  private final Map<?, ?> results;
  private final StringBuilder out = new StringBuilder();

  ScaleTable(Map<?, ?> results) {
    this.results = results;
  }

  String text() {
    deaths(map(results, "deaths"));
    fleet(map(results, "fleet"));
    fanout(map(results, "fanout"));
    stopped(map(results, "stopped"));
    reconnect(map(results, "reconnect"));
    etcd(map(results, "etcd"));
    if (map(results, "growth").get("rows") instanceof List<?> rows) {
      rows.forEach(row -> fleet((Map<?, ?>) row));
    }
    return out.toString();
  }

  private void deaths(Map<?, ?> deaths) {
    for (String ledger : List.of("memory", "sqlite")) {
      for (String manner : List.of("silence", "loss")) {
        Map<?, ?> one = map(map(deaths, ledger), manner);
        if (one.isEmpty()) {
          continue;
        }
        Map<?, ?> suspect = map(one, "suspect_after_the_end");
        line(
            "%,.0f of %,.0f die by %s, %s ledger: DEAD told p50 %.0f, p99 %.0f, max %.0f ms after"
                + " the bound",
            number(deaths, "dying"),
            number(deaths, "instances"),
            manner,
            ledger,
            number(one, "p50"),
            number(one, "p99"),
            number(one, "max"));
        target(number(one, "p99") <= MAX_MASS_DEAD_MILLIS, "p99 <= 50 (+ commit)");
        if (manner.equals("loss")) {
          line("  SUSPECT told p99 %.0f ms after the loss", number(suspect, "p99"));
          target(number(suspect, "p99") <= MAX_MASS_SUSPECT_MILLIS, "<= 200");
        }
        line(
            "  server's own pauses %.0f ms; ledger's p99 commit %s ms; early %.0f, false %.0f",
            number(one, "server_paused_ms"),
            text(one, "ledger_commit_p99_of_rounds"),
            number(one, "early"),
            number(one, "false_verdicts"));
      }
    }
    Map<?, ?> etcd = map(deaths, "etcd");
    if (!etcd.isEmpty()) {
      line(
          "%,.0f leases of etcd: told p50 %.0f, p99 %.0f ms after their time",
          number(etcd, "leases"), number(etcd, "p50"), number(etcd, "p99"));
    }
  }

  private void fleet(Map<?, ?> row) {
    if (row.isEmpty()) {
      return;
    }
    Map<?, ?> load = map(row, "fleet");
    Map<?, ?> noop = map(row, "noop");
    double instances = number(row, "instances");
    line(
        "%,.0f instances each %.1f s, bunches of %.0f: DEAD told p50 %.1f, p99 %.1f ms late",
        instances,
        number(row, "interval_ms") / 1e3,
        number(row, "bunch"),
        number(row, "p50"),
        number(row, "p99"));
    double most = instances > MANY ? MAX_MILLION_DEAD_MILLIS : MAX_FLEET_DEAD_MILLIS;
    target(number(row, "p99") <= most, String.format(Locale.ROOT, "<= %.0f", most));
    line(
        "  false: %.0f DEAD, %.0f SUSPECT; acks p99 %.1f ms after due; sent p99 %.1f ms after due",
        number(row, "false_deaths"),
        number(row, "false_suspects"),
        number(load, "ack_after_due_ms_p99"),
        number(load, "sent_after_due_ms_p99"));
    target(number(row, "false_deaths") + number(row, "false_suspects") == 0, "none false");
    line(
        "  server: %.2f cores, %.2f us for a beat (no-op %.2f), paused %.0f ms, mode %s",
        number(row, "server_cores"),
        number(row, "server_cpu_us_per_beat"),
        number(noop, "server_cpu_us_per_beat"),
        number(row, "server_paused_ms"),
        text(row, "detector_mode"));
    if (!noop.isEmpty()) {
      double ratio = number(row, "reachable_heap_mib") / number(noop, "reachable_heap_mib");
      line(
          "  reachable heap %.0f MiB (no-op %.0f), ratio %.2f",
          number(row, "reachable_heap_mib"), number(noop, "reachable_heap_mib"), ratio);
      target(ratio <= MAX_MEMORY_RATIO, "<= 2");
    }
  }

  private void fanout(Map<?, ?> fanout) {
    if (fanout.isEmpty()) {
      return;
    }
    Map<?, ?> one = map(fanout, "one_change_ms_to_the_last");
    Map<?, ?> burst = map(fanout, "burst");
    line(
        "one change to %,.0f watchers: %.0f ms to the last, raw gRPC %.0f ms, ratio %.2f",
        number(fanout, "watchers"),
        number(one, "ours"),
        number(one, "reference"),
        number(one, "ratio"));
    target(number(one, "ratio") <= MAX_FANOUT_RATIO, "<= 1.1");
    line(
        "%,.0f changes to each of them: %,.0f changes/s told",
        number(burst, "changes"), number(burst, "told_per_second"));
    target(number(burst, "told_per_second") >= MIN_TOLD_PER_SECOND, ">= 1,000,000");
  }

  private void stopped(Map<?, ?> stopped) {
    if (stopped.isEmpty()) {
      return;
    }
    line(
        "two watchers stop for %,.0f changes: heap %.0f MiB before, %.0f MiB after; told on waking"
            + " after %.0f ms",
        number(stopped, "changes"),
        number(stopped, "heap_mib_before"),
        number(stopped, "heap_mib_after"),
        number(stopped, "ms_until_both_know_all"));
    line(
        "  the others were told p50 %.1f, p99 %.1f ms; before p50 %.1f, p99 %.1f ms",
        number(map(stopped, "others_meanwhile"), "ms_until_told_p50"),
        number(map(stopped, "others_meanwhile"), "ms_until_told_p99"),
        number(map(stopped, "others_before"), "ms_until_told_p50"),
        number(map(stopped, "others_before"), "ms_until_told_p99"));
  }

  private void reconnect(Map<?, ?> reconnect) {
    for (String what : List.of("cut_memory", "cut_sqlite", "restart_sqlite")) {
      Map<?, ?> one = map(reconnect, what);
      if (one.isEmpty()) {
        continue;
      }
      double ack = number(map(one, "fleet"), "ack_after_due_ms_p99");
      line(
          "%,.0f come back, %s: settled after %.1f s, %.0f DEAD, acks p99 %.0f ms after due",
          number(reconnect, "instances"),
          what,
          number(one, "settled_after"),
          number(one, "dead"),
          ack);
      target(
          number(one, "settled_after") <= MAX_SETTLED_SECONDS
              && number(one, "dead") == 0
              && ack <= MAX_ACK_MILLIS,
          "<= 30 s, none dead, <= 100 ms");
    }
  }

  private void etcd(Map<?, ?> etcd) {
    Map<?, ?> rate = map(etcd, "per_second");
    if (!rate.isEmpty()) {
      line(
          "heartbeats %,.0f/s, etcd's keepalives %,.0f/s, ratio %.2f",
          number(rate, "ours"), number(rate, "reference"), number(rate, "ratio"));
      target(number(rate, "ratio") >= MIN_ETCD_RATIO, ">= 2");
    }
  }

  private static Map<?, ?> map(Map<?, ?> parent, String name) {
    return parent.get(name) instanceof Map<?, ?> child ? child : Map.of();
  }

  private static String text(Map<?, ?> map, String name) {
    return String.valueOf(map.get(name));
  }

  private static double number(Map<?, ?> map, String name) {
    return map.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private void line(String form, Object... values) {
    out.append(String.format(Locale.ROOT, form, values)).append('\n');
  }

  /** Goes to the end of the line before it. */
  private void target(boolean met, String text) {
    out.setLength(out.length() - 1);
    line("  %s %s", text, met ? "met" : "MISSED");
  }
}
