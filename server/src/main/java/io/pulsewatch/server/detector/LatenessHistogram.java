package io.pulsewatch.server.detector;

import java.util.ArrayList;
import java.util.List;

/**
 * How late heartbeats came: 64 buckets from 1 ms to 60 s, each about 19 % wider than the one
 * before.
 *
 * <p>A bucket is found with shifts: four to each power of two, beginning at 2^20 ns (1.05 ms).
 * Bucket 0 holds what is less, the last one what is more. Counters have 16 bits; when one is full
 * all are halved, so the newest 30,000 to 65,000 heartbeats weigh most.
 *
 * <p>Confined to the thread that reads the stream; {@link #counts} and {@link #copy} may be called
 * on others.
 */
final class LatenessHistogram {
  static final int BUCKETS = 64;
  static final int FULL = Character.MAX_VALUE;

  private static final int FIRST_SHIFT = 20;

  private final char[] counters;

  LatenessHistogram() {
    this(new char[BUCKETS]);
  }

  private LatenessHistogram(char[] counters) {
    this.counters = counters;
  }

  /** Counts one heartbeat, late or not. Returns true where all counters were halved for it. */
  boolean add(long latenessNanos) {
    return ++counters[bucket(latenessNanos)] == FULL && halve();
  }

  /** The bucket of a lateness; what came early was not late. */
  static int bucket(long latenessNanos) {
    if (latenessNanos < 1L << FIRST_SHIFT) {
      return 0;
    }
    int power = 63 - Long.numberOfLeadingZeros(latenessNanos);
    int quarter = (int) (latenessNanos >>> (power - 2)) & 3;
    return Math.min(BUCKETS - 1, 4 * (power - FIRST_SHIFT) + quarter + 1);
  }

  /** The least lateness that is not in this bucket any more. */
  static long upperNanos(int bucket) {
    long quarters = 4L + (bucket & 3);
    return (quarters << (bucket >> 2)) << (FIRST_SHIFT - 2);
  }

  /** The lateness that stands for a bucket: its middle, so that the error goes either way. */
  static long middleNanos(int bucket) {
    return bucket == 0 ? upperNanos(0) / 2 : (upperNanos(bucket - 1) + upperNanos(bucket)) / 2;
  }

  /**
   * The bucket in which the 99.9 % quantile lies: the least one above which at most a thousandth of
   * all heartbeats came.
   *
   * @param weight heartbeats that are counted besides, as if they had come; at least 1
   * @param lateWeight how many of them in {@code lateBucket}; the others came in time
   */
  int bucketOfQuantile(int weight, int lateWeight, int lateBucket) {
    long total = weight;
    for (char counter : counters) {
      total += counter;
    }
    long above = 0;
    int bucket = BUCKETS;
    while (above * 1000 <= total && bucket > 0) {
      bucket--;
      above += counters[bucket] + (bucket == lateBucket ? lateWeight : 0);
    }
    return bucket;
  }

  /** Its rows, without the empty ones. */
  List<Detector.LatenessCount> counts() {
    List<Detector.LatenessCount> rows = new ArrayList<>();
    for (int i = 0; i < BUCKETS; i++) {
      int count = counters[i];
      if (count > 0) {
        long upper = i == BUCKETS - 1 ? Long.MAX_VALUE : upperNanos(i);
        rows.add(new Detector.LatenessCount(upper, count));
      }
    }
    return List.copyOf(rows);
  }

  LatenessHistogram copy() {
    return new LatenessHistogram(counters.clone());
  }

  private boolean halve() {
    for (int i = 0; i < BUCKETS; i++) {
      counters[i] >>= 1;
    }
    return true;
  }
}
