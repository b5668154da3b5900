package io.pulsewatch.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Latencies, kept by HdrHistogram to three digits. Confined to one thread.
 *
 * <p>A quantile of n samples is one of the samples: with less than 100 the 99th percentile is the
 * greatest, with less than 1,000 the 99.9th is.
 */
public final class Quantiles {
  private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  private final Histogram histogram = new Histogram(TimeUnit.HOURS.toNanos(1), 3);

  /** A sample; below zero counts as zero. */
  public void add(long nanos) {
    histogram.recordValue(Math.max(0, nanos));
  }

  public long count() {
    return histogram.getTotalCount();
  }

  /** In milliseconds. */
  public double p50() {
    return millis(histogram.getValueAtPercentile(50));
  }

  /** In milliseconds. */
  public double p99() {
    return millis(histogram.getValueAtPercentile(99));
  }

  /** In milliseconds. */
  public double p999() {
    return millis(histogram.getValueAtPercentile(99.9));
  }

  /** In milliseconds. */
  public double max() {
    return millis(histogram.getMaxValue());
  }

  /** For the file: milliseconds, and how many samples there were. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("p50", p50());
    json.put("p99", p99());
    json.put("p999", p999());
    json.put("max", max());
    json.put("samples", count());
    return json;
  }

  private static double millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }
}
