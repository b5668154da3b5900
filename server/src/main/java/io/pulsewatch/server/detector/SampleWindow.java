package io.pulsewatch.server.detector;

/**
 * The newest samples, with their mean and variance.
 *
 * <p>Running sums are exact: samples are whole numbers within +-{@link Arrivals#LIMIT}, their
 * squares are summed in 128 bits. So nothing drifts however long the window slides, the sum of
 * squared nanoseconds does not overflow, and the variance cannot come out as slightly less than
 * nothing, which would make the deviation NaN and every comparison with it false.
 *
 * <p>Confined to the thread that reads the stream.
 */
public final class SampleWindow {
  /** With this many of the greatest samples the sums still fit. */
  public static final int MAX_CAPACITY = 1 << 12;

  private static final double TWO_TO_64 = 0x1p64;

  private final long[] samples;
  private int size;
  private int next;
  private long sum;
  private long squaresHigh;
  private long squaresLow;

  /**
   * @param capacity how many samples count, 1 .. {@link #MAX_CAPACITY}
   */
  public SampleWindow(int capacity) {
    if (capacity < 1 || capacity > MAX_CAPACITY) {
      throw new IllegalArgumentException(
          "window: " + capacity + " (expected: 1.." + MAX_CAPACITY + ")");
    }
    samples = new long[capacity];
  }

  /** Adds a sample, clamped to +-{@link Arrivals#LIMIT}; the oldest one leaves a full window. */
  public void add(long sample) {
    long kept = Math.max(-Arrivals.LIMIT, Math.min(Arrivals.LIMIT, sample));
    if (size == samples.length) {
      subtract(samples[next]);
    } else {
      size++;
    }
    samples[next] = kept;
    next = next + 1 == samples.length ? 0 : next + 1;
    sum += kept;
    long low = kept * kept;
    squaresLow += low;
    squaresHigh += Math.multiplyHigh(kept, kept) + carry(squaresLow, low);
  }

  /** Mean of the samples; 0 where there are none. */
  public double mean() {
    return size == 0 ? 0 : (double) sum / size;
  }

  /** Population variance of the samples; 0 where there are none. */
  public double variance() {
    if (size == 0) {
      return 0;
    }
    // n * sum of squares - square of the sum, in 128 bits. Never negative (Cauchy and Schwarz).
    long low = squaresLow * size;
    long high = squaresHigh * size + unsignedMultiplyHigh(squaresLow, size);
    long squareLow = sum * sum;
    long difference = low - squareLow;
    long borrow = Long.compareUnsigned(low, squareLow) < 0 ? 1 : 0;
    high -= Math.multiplyHigh(sum, sum) + borrow;
    return (high * TWO_TO_64 + unsigned(difference)) / ((double) size * size);
  }

  /** Another window with the same samples. */
  SampleWindow copy() {
    SampleWindow copy = new SampleWindow(samples.length);
    // Read once: the thread that reads the stream may be adding.
    int count = size;
    int from = count < samples.length ? 0 : next;
    for (int i = 0; i < count; i++) {
      copy.add(samples[(from + i) % samples.length]);
    }
    return copy;
  }

  private void subtract(long sample) {
    sum -= sample;
    long low = sample * sample;
    long borrow = Long.compareUnsigned(squaresLow, low) < 0 ? 1 : 0;
    squaresLow -= low;
    squaresHigh -= Math.multiplyHigh(sample, sample) + borrow;
  }

  private static long carry(long sumLow, long added) {
    return Long.compareUnsigned(sumLow, added) < 0 ? 1 : 0;
  }

  /** The upper half of an unsigned number times one that is not negative. */
  private static long unsignedMultiplyHigh(long unsigned, long factor) {
    return Math.multiplyHigh(unsigned, factor) + ((unsigned >> 63) & factor);
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : value + TWO_TO_64;
  }
}
