package io.pulsewatch.bench.report;

import java.util.List;

/** Medians and how sure we are of them. Stateless. */
public final class Statistics {
  private Statistics() {}

  /**
   * An interval for a median.
   *
   * @param level the probability that it covers the true median, at least the one asked for unless
   *     there are too few values
   */
  public record Interval(double low, double high, double level) {}

  /** The middle value, or the mean of the two in the middle. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    return (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }

  /**
   * The shortest interval between two order statistics, equally far from both ends, that covers the
   * median with at least this probability. It assumes nothing of the distribution but that the
   * values are independent: each lies below the median with probability 1/2, so their number is
   * binomial.
   */
  public static Interval medianInterval(List<Double> values, double level) {
    List<Double> sorted = values.stream().sorted().toList();
    int n = sorted.size();
    int cut = 0;
    double tail = Math.pow(0.5, n);
    double nextTail = tail + binomial(n, 1);
    while (cut + 1 < (n + 1) / 2 && 1 - 2 * nextTail >= level) {
      cut++;
      tail = nextTail;
      nextTail += binomial(n, cut + 1);
    }
    return new Interval(sorted.get(cut), sorted.get(n - 1 - cut), 1 - 2 * tail);
  }

  /** Probability of k heads in n throws of a fair coin. */
  private static double binomial(int n, int k) {
    double probability = Math.pow(0.5, n);
    for (int i = 0; i < k; i++) {
      probability *= (double) (n - i) / (i + 1);
    }
    return probability;
  }
}
