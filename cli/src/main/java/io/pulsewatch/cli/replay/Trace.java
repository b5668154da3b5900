package io.pulsewatch.cli.replay;

import java.util.Arrays;

/**
 * The heartbeats of one stream in the order of their arrival. Immutable.
 *
 * <p>Sequences grow; arrivals never go back. Sent times are on the clock of the arrivals; where the
 * sender had another clock, they were shifted onto it.
 */
public final class Trace {
  /** How many heartbeats the interval is estimated from. */
  private static final int ESTIMATED_FROM = 10_000;

  /** Near: within the thousandth part. */
  private static final int NEAR = 1_000;

  private static final double NANOS_PER_MILLI = 1e6;

  private final String name;
  private final long[] sequences;
  private final long[] sentNanos;
  private final long[] arrivalNanos;

  /**
   * Takes the columns as they are; the caller gives them away.
   *
   * @throws IllegalArgumentException for columns that are not equally long, or not in order
   */
  public Trace(String name, long[] sequences, long[] sentNanos, long[] arrivalNanos) {
    if (sequences.length != sentNanos.length || sequences.length != arrivalNanos.length) {
      throw new IllegalArgumentException(name + ": columns of different length");
    }
    for (int i = 1; i < sequences.length; i++) {
      if (sequences[i] <= sequences[i - 1] || arrivalNanos[i] < arrivalNanos[i - 1]) {
        throw new IllegalArgumentException(name + ": heartbeat " + i + " is out of order");
      }
    }
    this.name = name;
    this.sequences = sequences;
    this.sentNanos = sentNanos;
    this.arrivalNanos = arrivalNanos;
  }

  public String name() {
    return name;
  }

  public int size() {
    return sequences.length;
  }

  /** Schedule slots between this heartbeat and the one before it: 1, or more where some lack. */
  long slots(int i) {
    return sequences[i] - sequences[i - 1];
  }

  long sentNanos(int i) {
    return sentNanos[i];
  }

  long arrivalNanos(int i) {
    return arrivalNanos[i];
  }

  /**
   * The interval by which the sender seems to send: the median gap between sent times, for each
   * slot. Near a whole millisecond it is that: people promise round intervals. At least 1.
   */
  public long estimatedIntervalNanos() {
    int gaps = Math.min(size() - 1, ESTIMATED_FROM);
    if (gaps < 1) {
      throw new IllegalArgumentException(name + ": one heartbeat shows no interval");
    }
    long[] each = new long[gaps];
    for (int i = 1; i <= gaps; i++) {
      each[i - 1] = (sentNanos[i] - sentNanos[i - 1]) / slots(i);
    }
    Arrays.sort(each);
    long median = each[gaps / 2];
    long round = Math.round(median / NANOS_PER_MILLI) * (long) NANOS_PER_MILLI;
    return Math.max(1, Math.abs(median - round) <= median / NEAR ? round : median);
  }

  /**
   * This trace with sent times on the clock of the arrivals, as far as they tell: the quickest
   * heartbeat took no time. What is then measured lacks the least delay of the path.
   */
  Trace withQuickestAtZero() {
    long least = leastDelayNanos();
    long[] shifted = sentNanos.clone();
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] += least;
    }
    return new Trace(name, sequences, shifted, arrivalNanos);
  }

  /** The least time from sent to arrival; below zero where the clocks are not the same. */
  long leastDelayNanos() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < size(); i++) {
      least = Math.min(least, arrivalNanos[i] - sentNanos[i]);
    }
    return least;
  }
}
