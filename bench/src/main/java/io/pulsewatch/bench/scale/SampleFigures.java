package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.load.Sighting;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.v1.State;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What watchers were told of those that fell silent, and of others. Confined to its thread. */
final class SampleFigures {
  private final String prefix;
  private final SendLog log;
  private final long timeoutNanos;
  private final Quantiles dead = new Quantiles();
  private final Quantiles net = new Quantiles();
  private final Quantiles overdue = new Quantiles();
  private long early;
  private long falseDeaths;
  private long falseSuspects;

  SampleFigures(String prefix, SendLog log, long timeoutMillis) {
    this.prefix = prefix;
    this.log = log;
    this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
  }

  void add(Sighting told) {
    boolean isDead = told.state() == State.STATE_DEAD;
    if (!told.prefix().equals(prefix)) {
      return; // of those that only warmed the server up
    }
    if (!log.isSilent(told.number())) {
      falseDeaths += isDead ? 1 : 0;
      falseSuspects += told.state() == State.STATE_SUSPECT ? 1 : 0;
    } else if (isDead) {
      long late = told.atNanos() - log.sentNanos(told.number()) - timeoutNanos;
      early += late < 0 ? 1 : 0;
      dead.add(late);
      net.add(late - told.serverPauseNanos());
      overdue.add(told.overdueNanos());
    }
  }

  long count() {
    return dead.count();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>(dead.json());
    json.put("net_of_server_pauses", net.json());
    json.put("server_says", overdue.json());
    json.put("early", early);
    json.put("false_deaths", falseDeaths);
    json.put("false_suspects", falseSuspects);
    return json;
  }
}
