package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.load.Sighting;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.v1.State;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What watchers were told of a mass death, over its rounds. Confined to its thread. */
final class DeathFigures {
  private final int dying;
  private final int watchers;
  private final Quantiles dead = new Quantiles();
  private final Quantiles net = new Quantiles();
  private final Quantiles byServer = new Quantiles();
  private final Quantiles overdue = new Quantiles();
  private final Quantiles suspect = new Quantiles();
  private final Quantiles suspectOverdue = new Quantiles();
  private final List<Double> deadP99 = new ArrayList<>();
  private final List<Double> suspectP99 = new ArrayList<>();
  private final List<Double> commitP99 = new ArrayList<>();
  private Quantiles roundDead = new Quantiles();
  private Quantiles roundSuspect = new Quantiles();
  private String prefix = "";
  private long early;
  private long missing;
  private long provisional;
  private long falseVerdicts;
  private long startedOver;
  private double pauses;
  private double pausedMillis;
  private double serverCpuMillis;

  DeathFigures(int dying, int watchers) {
    this.dying = dying;
    this.watchers = watchers;
  }

  /** A round begins, of instances with this prefix. */
  void begin(String dyingPrefix) {
    prefix = dyingPrefix;
    roundDead = new Quantiles();
    roundSuspect = new Quantiles();
  }

  /**
   * A change that was told.
   *
   * @param fromNanos when its instance was last heard, or its stream was cut
   */
  void add(Sighting told, long fromNanos, long boundNanos) {
    boolean isDead = told.state() == State.STATE_DEAD;
    boolean isSuspect = told.state() == State.STATE_SUSPECT;
    if (!told.prefix().equals(prefix)) {
      falseVerdicts += told.prefix().startsWith("live") && (isDead || isSuspect) ? 1 : 0;
      return;
    }
    long after = told.atNanos() - fromNanos;
    if (isSuspect) {
      suspect.add(after);
      roundSuspect.add(after);
      suspectOverdue.add(told.overdueNanos());
    } else if (isDead) {
      long late = after - boundNanos;
      early += late < 0 ? 1 : 0;
      provisional += told.isProvisional() ? 1 : 0;
      dead.add(late);
      roundDead.add(late);
      net.add(late - told.serverPauseNanos());
      byServer.add(told.lateNanos());
      overdue.add(told.overdueNanos());
    }
  }

  /** The round has ended. */
  void end() {
    missing += (long) dying * watchers - roundDead.count();
    deadP99.add(roundDead.p99());
    suspectP99.add(roundSuspect.p99());
  }

  void onStartedOver(long watches) {
    startedOver += watches;
  }

  void onServer(Scraped before, Scraped after, long cpuNanos) {
    pauses += after.since(before, "pauses_total");
    pausedMillis += after.since(before, "paused_seconds_total") * TimeUnit.SECONDS.toMillis(1);
    serverCpuMillis += TimeUnit.NANOSECONDS.toMillis(cpuNanos);
    commitP99.add(after.quantileMillis(before, "ledger_commit_seconds", 0.99));
  }

  String lastRound() {
    return String.format(
        Locale.ROOT,
        "DEAD p50 %.1f p99 %.1f max %.1f ms, SUSPECT p50 %.1f p99 %.1f ms, commit p99 %.1f ms,"
            + " missing %d",
        roundDead.p50(),
        roundDead.p99(),
        roundDead.max(),
        roundSuspect.p50(),
        roundSuspect.p99(),
        commitP99.get(commitP99.size() - 1),
        missing);
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(dead.json());
    json.put("p99_of_rounds", deadP99);
    json.put("net_of_server_pauses", net.json());
    json.put("after_the_servers_deadline", byServer.json());
    json.put("server_says", overdue.json());
    json.put("suspect_after_the_end", suspect.json());
    json.put("suspect_p99_of_rounds", suspectP99);
    json.put("suspect_server_says", suspectOverdue.json());
    json.put("ledger_commit_p99_of_rounds", commitP99);
    json.put("early", early);
    json.put("missing", missing);
    json.put("provisional", provisional);
    json.put("false_verdicts", falseVerdicts);
    json.put("watches_started_over", startedOver);
    json.put("server_pauses", pauses);
    json.put("server_paused_ms", pausedMillis);
    json.put("server_cpu_ms", serverCpuMillis);
    return json;
  }
}
