package io.pulsewatch.server.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long something took, as a histogram. One thread writes, every thread may read; what is read
 * while it is written may lack the newest.
 */
final class Spread {
  private static final double NANOS = 1e9;

  private static final double[] BOUNDS_SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60
  };

  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS_SECONDS.length + 1);
  private final AtomicLong sumNanos = new AtomicLong();

  /** The writer only: so many times the same. What ended before it began counts as 0. */
  void add(long nanos, long times) {
    long least = Math.max(0, nanos);
    int bucket = bucket(least / NANOS);
    counts.lazySet(bucket, counts.getPlain(bucket) + times);
    sumNanos.lazySet(sumNanos.getPlain() + least * times);
  }

  double sumSeconds() {
    return sumNanos.get() / NANOS;
  }

  ClassicHistogramBuckets buckets() {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int i = 0; i < BOUNDS_SECONDS.length; i++) {
      buckets.bucket(BOUNDS_SECONDS[i], counts.get(i));
    }
    return buckets.bucket(Double.POSITIVE_INFINITY, counts.get(BOUNDS_SECONDS.length)).build();
  }

  private static int bucket(double seconds) {
    int i = 0;
    while (i < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[i]) {
      i++;
    }
    return i;
  }
}
