package io.pulsewatch.server.liveness;

/**
 * The intervals of a group's members, and their median: a histogram with four buckets for each
 * doubling. The median is the mean of the bucket that it falls into, so it is exact where those
 * near the middle share one interval, and within 19 % of it otherwise.
 *
 * <p>Confined to the loop.
 */
final class IntervalMix {
  private static final int BUCKETS = 64;
  private static final int PER_DOUBLING = 4;
  private static final int LOWEST_EXPONENT = exponent(Times.MIN_INTERVAL);

  private final int[] counts = new int[BUCKETS];
  private final long[] sums = new long[BUCKETS];
  private int size;

  void add(long intervalNanos) {
    int bucket = bucket(intervalNanos);
    counts[bucket]++;
    sums[bucket] += intervalNanos;
    size++;
  }

  void remove(long intervalNanos) {
    int bucket = bucket(intervalNanos);
    counts[bucket]--;
    sums[bucket] -= intervalNanos;
    size--;
  }

  int size() {
    return size;
  }

  /** The median, the lower one of two; 0 where there is nobody. */
  long medianNanos() {
    int below = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      below += counts[bucket];
      if (counts[bucket] > 0 && 2 * below >= size) {
        return sums[bucket] / counts[bucket];
      }
    }
    return 0;
  }

  private static int bucket(long nanos) {
    int exponent = exponent(nanos);
    int part = (int) (nanos >> (exponent - 2)) & (PER_DOUBLING - 1);
    int bucket = PER_DOUBLING * (exponent - LOWEST_EXPONENT) + part;
    return Math.max(0, Math.min(BUCKETS - 1, bucket));
  }

  private static int exponent(long nanos) {
    return 63 - Long.numberOfLeadingZeros(nanos);
  }
}
