package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.LatenessBucket;
import io.pulsewatch.v1.TimeoutAdvice;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How late heartbeats came, as bars, and what timeouts would have cost. Immutable. */
final class LatenessReport {
  private static final int MAX_ROWS = 20;
  private static final int BAR_WIDTH = 30;

  private final Surroundings surroundings;

  LatenessReport(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  void print(ExplainInstanceResponse answer) {
    if (answer.getLatenessCount() == 0) {
      surroundings
          .out()
          .println(
              "No lateness and no advice on timeouts. " + Text.clean(answer.getLatenessAbsent()));
      return;
    }
    Instance instance = answer.getInstance();
    long all = answer.getLatenessList().stream().mapToLong(LatenessBucket::getCount).sum();
    Duration observed = Spans.of(instance.getInterval()).multipliedBy(all);
    surroundings
        .out()
        .printf(
            Locale.ROOT,
            "Lateness of %d heartbeats, about %s (bars grow with the logarithm):%n",
            all,
            Spans.age(observed));
    printBars(answer.getLatenessList(), all);
    surroundings.out().println();
    printAdvice(answer, observed);
  }

  private void printBars(List<LatenessBucket> buckets, long all) {
    Table table = new Table("LATE BY", "HEARTBEATS", "SHARE", "");
    List<LatenessBucket> rows = fewer(buckets);
    double most = rows.stream().mapToLong(LatenessBucket::getCount).max().orElse(1);
    for (int i = 0; i < rows.size(); i++) {
      LatenessBucket row = rows.get(i);
      table.row(
          Cell.plain(
              List.of(
                  edge(rows, i),
                  Long.toString(row.getCount()),
                  share((double) row.getCount() / all),
                  bar(row.getCount(), most))));
    }
    table.print(surroundings.out(), surroundings.colour());
  }

  private void printAdvice(ExplainInstanceResponse answer, Duration observed) {
    surroundings.out().println("What a timeout would have cost, if it goes on as it went:");
    Duration granted = Spans.of(answer.getInstance().getTimeout());
    Table table = new Table("TIMEOUT", "FALSE VERDICTS A DAY", "SEEN IN " + Spans.age(observed));
    for (TimeoutAdvice advice : answer.getAdviceList()) {
      Duration timeout = Spans.of(advice.getTimeout());
      boolean seen = advice.getSeen() > 0;
      table.row(
          Cell.plain(
              List.of(
                  Spans.exact(timeout) + (timeout.equals(granted) ? " (granted)" : ""),
                  (seen ? "" : "at most ") + rate(advice.getFalsePerDay()),
                  Long.toUnsignedString(advice.getSeen()))));
    }
    table.print(surroundings.out(), surroundings.colour());
  }

  /** Neighbours are put together until a screen holds them. */
  private static List<LatenessBucket> fewer(List<LatenessBucket> buckets) {
    List<LatenessBucket> rows = buckets;
    while (rows.size() > MAX_ROWS) {
      List<LatenessBucket> half = new ArrayList<>((rows.size() + 1) / 2);
      for (int i = 0; i < rows.size(); i += 2) {
        LatenessBucket last = rows.get(Math.min(i + 1, rows.size() - 1));
        long both = rows.get(i).getCount() + (i + 1 < rows.size() ? last.getCount() : 0);
        half.add(last.toBuilder().setCount(both).build());
      }
      rows = half;
    }
    return rows;
  }

  private static String edge(List<LatenessBucket> rows, int row) {
    return rows.get(row).hasUpper()
        ? "< " + Spans.measured(Spans.of(rows.get(row).getUpper()))
        : "more";
  }

  private static String share(double part) {
    return String.format(Locale.ROOT, part < 0.001 ? "%.3f %%" : "%.1f %%", 100 * part);
  }

  /** Logarithmic, so that one in a million is seen. */
  private static String bar(long count, double most) {
    double length = most <= 1 ? 1 : (1 + Math.log((double) count)) / (1 + Math.log(most));
    return "#".repeat(Math.max(1, (int) Math.round(BAR_WIDTH * length)));
  }

  /** Two digits that mean something. */
  private static String rate(double perDay) {
    return BigDecimal.valueOf(perDay).round(new MathContext(2)).toPlainString();
  }
}
