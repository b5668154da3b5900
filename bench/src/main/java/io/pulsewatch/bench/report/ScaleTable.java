package io.pulsewatch.bench.report;

import static io.pulsewatch.bench.report.Lines.map;
import static io.pulsewatch.bench.report.Lines.number;
import static io.pulsewatch.bench.report.Lines.said;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts about scale as lines for people, beside what was promised. Confined to one thread. */
final class ScaleTable {
  private static final double MAX_MASS_DEAD_MILLIS = 50;
  private static final double MAX_MASS_SUSPECT_MILLIS = 200;
  private static final double MAX_ONE_SUSPECT_MILLIS = 5;
  private static final double MAX_FANOUT_RATIO = 1.1;
  private static final double MIN_TOLD_PER_SECOND = 1_000_000;
  private static final double MIN_ETCD_RATIO = 2;
  private static final double MAX_SETTLED_SECONDS = 30;
  private static final double MAX_ACK_MILLIS = 100;

  private static final List<String> RETURNS =
      List.of(
          "cut_memory",
          "cut_sqlite",
          "restart_sqlite",
          "cut_memory_paced",
          "cut_sqlite_paced",
          "restart_sqlite_paced");

  private final Map<?, ?> results;
  private final Lines lines = new Lines();

  ScaleTable(Map<?, ?> results) {
    this.results = results;
  }

  String text() {
    deaths(map(results, "deaths"));
    new FleetTable(lines).write(results);
    fanout(map(results, "fanout"));
    stopped(map(results, "stopped"));
    reconnect(map(results, "reconnect"));
    etcd(map(results, "etcd"));
    new XdsTable(lines).write(map(results, "xds"));
    return lines.text();
  }

  private void deaths(Map<?, ?> deaths) {
    for (String ledger : List.of("memory", "sqlite")) {
      for (String manner : List.of("silence", "loss")) {
        Map<?, ?> one = map(map(deaths, ledger), manner);
        if (one.isEmpty()) {
          continue;
        }
        Map<?, ?> suspect = map(one, "suspect_after_the_end");
        lines.line(
            "%,.0f of %,.0f die by %s, %s ledger: DEAD told p50 %.0f, p99 %.0f, max %.0f ms after"
                + " the bound",
            number(deaths, "dying"),
            number(deaths, "instances"),
            manner,
            ledger,
            number(one, "p50"),
            number(one, "p99"),
            number(one, "max"));
        lines.target(number(one, "p99") <= MAX_MASS_DEAD_MILLIS, "p99 <= 50 (+ commit)");
        Map<?, ?> byServer = map(one, "after_the_servers_deadline");
        lines.line(
            "  after the server's own deadline, from when it read the last sign of them: p50 %.0f,"
                + " p99 %.0f ms",
            number(byServer, "p50"), number(byServer, "p99"));
        if (manner.equals("loss")) {
          lines.line("  SUSPECT told p99 %.0f ms after the loss", number(suspect, "p99"));
          lines.target(number(suspect, "p99") <= MAX_MASS_SUSPECT_MILLIS, "<= 200");
        }
        lines.line(
            "  server's own pauses %.0f ms; ledger's p99 commit %s ms; early %.0f, false %.0f",
            number(one, "server_paused_ms"),
            said(one, "ledger_commit_p99_of_rounds"),
            number(one, "early"),
            number(one, "false_verdicts"));
      }
      Map<?, ?> one = map(map(deaths, ledger), "suspect_of_one");
      if (!one.isEmpty()) {
        lines.line(
            "one stream of the fleet is lost, %s ledger: SUSPECT told p50 %.1f, p99 %.1f ms later",
            ledger, number(one, "p50"), number(one, "p99"));
        lines.target(number(one, "p99") <= MAX_ONE_SUSPECT_MILLIS, "<= 5");
      }
    }
    Map<?, ?> etcd = map(deaths, "etcd");
    if (!etcd.isEmpty()) {
      lines.line(
          "%,.0f leases of etcd, beside %,.0f that live: told p50 %.0f, p99 %.0f ms after their"
              + " time; false %.0f, missing %.0f",
          number(etcd, "leases"),
          number(etcd, "leases_that_live"),
          number(etcd, "p50"),
          number(etcd, "p99"),
          number(etcd, "false_deaths"),
          number(etcd, "missing"));
    }
  }

  private void fanout(Map<?, ?> fanout) {
    if (fanout.isEmpty()) {
      return;
    }
    Map<?, ?> one = map(fanout, "one_change_ms_to_the_last");
    Map<?, ?> burst = map(fanout, "burst");
    lines.line(
        "one change to %,.0f watchers: %.0f ms to the last, raw gRPC %.0f ms, ratio %.2f",
        number(fanout, "watchers"),
        number(one, "ours"),
        number(one, "reference"),
        number(one, "ratio"));
    lines.target(number(one, "ratio") <= MAX_FANOUT_RATIO, "<= 1.1");
    lines.line(
        "%,.0f changes to each of them: %,.0f changes/s told",
        number(burst, "changes"), number(burst, "told_per_second"));
    lines.target(number(burst, "told_per_second") >= MIN_TOLD_PER_SECOND, ">= 1,000,000");
  }

  private void stopped(Map<?, ?> stopped) {
    if (stopped.isEmpty()) {
      return;
    }
    lines.line(
        "two watchers stop for %,.0f changes: heap %.0f MiB before, %.0f MiB after; told on waking"
            + " after %.0f ms",
        number(stopped, "changes"),
        number(stopped, "heap_mib_before"),
        number(stopped, "heap_mib_after"),
        number(stopped, "ms_until_both_know_all"));
    lines.line(
        "  the others were told p50 %.1f, p99 %.1f ms; before p50 %.1f, p99 %.1f ms",
        number(map(stopped, "others_meanwhile"), "ms_until_told_p50"),
        number(map(stopped, "others_meanwhile"), "ms_until_told_p99"),
        number(map(stopped, "others_before"), "ms_until_told_p50"),
        number(map(stopped, "others_before"), "ms_until_told_p99"));
  }

  private void reconnect(Map<?, ?> reconnect) {
    for (String what : RETURNS) {
      Map<?, ?> one = map(reconnect, what);
      if (one.isEmpty()) {
        continue;
      }
      double ack = number(map(one, "fleet"), "ack_after_due_ms_p99");
      lines.line(
          "%,.0f come back, %s: settled after %.1f s, %.0f DEAD, acks p99 %.0f ms after due",
          number(reconnect, "instances"),
          what,
          number(one, "settled_after"),
          number(one, "dead"),
          ack);
      lines.target(
          number(one, "settled_after") <= MAX_SETTLED_SECONDS
              && number(one, "dead") == 0
              && ack <= MAX_ACK_MILLIS,
          "<= 30 s, none dead, <= 100 ms");
    }
  }

  private void etcd(Map<?, ?> etcd) {
    Map<?, ?> rate = map(map(etcd, "keepalives"), "per_second");
    if (!rate.isEmpty()) {
      lines.line(
          "heartbeats %,.0f/s, etcd's keepalives %,.0f/s, ratio %.2f (%s), %.0f pairs",
          number(rate, "ours"),
          number(rate, "reference"),
          number(rate, "ratio"),
          interval(rate),
          number(rate, "pairs"));
      lines.target(number(rate, "ratio") >= MIN_ETCD_RATIO, ">= 2");
    }
    Map<?, ?> told = map(map(etcd, "fanout"), "one_change_ms_to_the_last");
    if (!told.isEmpty()) {
      lines.line(
          "one change to %,.0f watchers, on disk: %.0f ms to the last, etcd %.0f ms, ratio %.2f"
              + " (%s), %.0f pairs",
          number(map(etcd, "fanout"), "watchers"),
          number(told, "ours"),
          number(told, "reference"),
          number(told, "ratio"),
          interval(told),
          number(told, "pairs"));
    }
  }

  private static String interval(Map<?, ?> paired) {
    if (!(paired.get("ratio_interval") instanceof List<?> bounds)) {
      return "";
    }
    Object low = bounds.get(0);
    Object high = bounds.get(1);
    return low instanceof Number least && high instanceof Number most
        ? String.format(Locale.ROOT, "%.2f .. %.2f", least.doubleValue(), most.doubleValue())
        : "";
  }
}
