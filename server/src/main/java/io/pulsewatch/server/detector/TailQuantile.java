package io.pulsewatch.server.detector;

import com.google.errorprone.annotations.Immutable;
import java.util.List;

/**
 * Doubt after the planned gap and k (q + c): q is the lateness that one heartbeat in a thousand of
 * this stream exceeds, c the stall that one lost segment makes.
 *
 * <p>Heartbeats on one TCP stream are ordered and never lost, so their tail decides and not their
 * standard deviation: one stall inflates a deviation for a whole window, and a quantile not at all.
 * The quantile is read from a histogram ({@link LatenessHistogram}) once in {@link #SCAN_EVERY}
 * heartbeats. A profile counts as {@link #PRIOR_WEIGHT} heartbeats, of which just so many were late
 * that the quantile is the profile's; it shrinks with the histogram. So a new stream behaves like
 * its profile until it has shown a tail of its own.
 *
 * <p>What was chosen and why: docs/decisions/0004-detectors.md. Confined to the thread that reads
 * the stream.
 */
public final class TailQuantile implements Detector {
  /** The quantile is read anew after so many heartbeats; it costs about as much as two of them. */
  static final int SCAN_EVERY = 64;

  static final int PRIOR_WEIGHT = 1000;

  /** One heartbeat in a thousand may be later than the quantile; the second one makes it. */
  private static final int PRIOR_LATE = 2;

  private final Settings settings;
  private final Arrivals arrivals;
  private final LatenessHistogram histogram;
  private short priorWeight = PRIOR_WEIGHT;
  private byte priorLate = PRIOR_LATE;
  private byte sinceScan;
  private long silenceNanos;

  /**
   * The formula's constants. Shared by all streams that chose the same.
   *
   * @param factor k, above 0
   * @param stallNanos c: the stall that a stream must survive before it has shown one
   * @param priorNanos the quantile of a stream that has shown nothing
   * @param minMarginNanos the margin is never shorter ...
   * @param maxMarginNanos ... and never longer
   */
  @Immutable
  public record Settings(
      double factor, long stallNanos, long priorNanos, long minMarginNanos, long maxMarginNanos) {
    public Settings {
      if (!(factor > 0 && factor <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("factor: " + factor + " (expected: above 0)");
      }
      if (minMarginNanos < 0 || maxMarginNanos < minMarginNanos) {
        throw new IllegalArgumentException(
            "margins: "
                + minMarginNanos
                + ".."
                + maxMarginNanos
                + " ns (expected: 0 <= min <= max)");
      }
    }

    /** The margin after the planned gap, where the quantile is this. */
    long marginNanos(long quantileNanos) {
      // Taken as a double, which ends at the greatest long where the product is beyond it.
      long margin = (long) (factor * ((double) quantileNanos + stallNanos));
      return Math.max(minMarginNanos, Math.min(maxMarginNanos, margin));
    }
  }

  public TailQuantile(long intervalNanos, Settings settings) {
    this(settings, new Arrivals(intervalNanos), new LatenessHistogram());
    scan();
  }

  private TailQuantile(Settings settings, Arrivals arrivals, LatenessHistogram histogram) {
    this.settings = settings;
    this.arrivals = arrivals;
    this.histogram = histogram;
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    return learn(arrivals.record(slots, arrivalNanos));
  }

  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    return learn(arrivals.doubted(slots, arrivalNanos));
  }

  @Override
  public long onUnrecorded(long slots, long arrivalNanos) {
    arrivals.move(arrivalNanos);
    return silenceNanos;
  }

  @Override
  public long silenceNanos() {
    return silenceNanos;
  }

  /** The lateness that one heartbeat in a thousand exceeds, by what is known now. */
  public long quantileNanos() {
    return LatenessHistogram.middleNanos(
        histogram.bucketOfQuantile(
            priorWeight, priorLate, LatenessHistogram.bucket(settings.priorNanos())));
  }

  @Override
  public long jitterNanos() {
    return arrivals.jitterNanos();
  }

  @Override
  public List<LatenessCount> lateness() {
    return histogram.counts();
  }

  @Override
  public Detector successor() {
    TailQuantile next = new TailQuantile(settings, arrivals.successor(), histogram.copy());
    next.priorWeight = priorWeight;
    next.priorLate = priorLate;
    next.scan();
    return next;
  }

  @Override
  public Detector at(long intervalNanos) {
    TailQuantile next = new TailQuantile(settings, new Arrivals(intervalNanos), histogram);
    next.priorWeight = priorWeight;
    next.priorLate = priorLate;
    next.scan();
    return next;
  }

  private long learn(long latenessNanos) {
    if (latenessNanos == Arrivals.NOTHING) {
      return silenceNanos;
    }
    if (histogram.add(latenessNanos)) {
      // Never 0: the quantile of nothing is nothing.
      priorWeight = (short) Math.max(1, priorWeight >> 1);
      priorLate >>= 1;
    }
    sinceScan++;
    if (sinceScan == SCAN_EVERY) {
      sinceScan = 0;
      scan();
    }
    return silenceNanos;
  }

  private void scan() {
    silenceNanos = arrivals.intervalNanos() + settings.marginNanos(quantileNanos());
  }
}
