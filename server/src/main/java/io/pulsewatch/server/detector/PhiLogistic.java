package io.pulsewatch.server.detector;

/**
 * Phi accrual in Akka's logistic form: doubt when phi of the silence reaches the threshold.
 *
 * <p>Mean and deviation of the gaps in the window are constant between heartbeats, so the silence
 * at which phi gets there is mean + pause + y * max(deviation, floor), with one y for each
 * threshold ({@link LogisticPhi}). A new stream begins with two guessed gaps, 3/4 and 5/4 of the
 * first estimate. A gap over skipped slots counts as the gap of one, with its lateness.
 *
 * <p>Hayashibara and others, "The phi accrual failure detector", 2004; apache/pekko
 * remote/.../PhiAccrualFailureDetector.scala. Confined to the thread that reads the stream.
 */
public final class PhiLogistic implements Detector {
  private final Settings settings;
  private final double deviations;
  private final Arrivals arrivals;
  private final SampleWindow gaps;
  private long silenceNanos;

  /**
   * What Akka lets one choose.
   *
   * @param threshold phi at which doubt is due, above 0
   * @param window how many gaps count
   * @param minDeviationNanos floor of the deviation, above 0
   * @param pauseNanos silence that is accepted beyond the mean
   * @param firstNanos the gap that is expected before any was seen
   */
  public record Settings(
      double threshold, int window, long minDeviationNanos, long pauseNanos, long firstNanos) {
    public Settings {
      checkThreshold(threshold);
      if (minDeviationNanos <= 0) {
        throw new IllegalArgumentException(
            "minDeviationNanos: " + minDeviationNanos + " (expected: above 0)");
      }
    }

    /** The silence at which phi reaches the threshold, for gaps of this mean and deviation. */
    public long silenceNanos(double meanNanos, double deviationNanos) {
      return silenceNanos(meanNanos, deviationNanos, LogisticPhi.deviationsAt(threshold));
    }

    private long silenceNanos(double meanNanos, double deviationNanos, double deviations) {
      double due = meanNanos + pauseNanos + deviations * floored(deviationNanos);
      return (long) Math.ceil(Math.max(0, due));
    }

    /** Phi of a silence, for gaps of this mean and deviation. */
    public double phi(long silence, double meanNanos, double deviationNanos) {
      return LogisticPhi.of((silence - meanNanos - pauseNanos) / floored(deviationNanos));
    }

    private double floored(double deviationNanos) {
      return Math.max(deviationNanos, (double) minDeviationNanos);
    }
  }

  /** Any threshold that anybody would ask for, and small enough for the closed form. */
  public static final double MAX_THRESHOLD = 1e6;

  public PhiLogistic(long intervalNanos, Settings settings) {
    this(settings, new Arrivals(intervalNanos), new SampleWindow(settings.window()));
    gaps.add(settings.firstNanos() - settings.firstNanos() / 4);
    gaps.add(settings.firstNanos() + settings.firstNanos() / 4);
    silenceNanos = closedForm();
  }

  private PhiLogistic(Settings settings, Arrivals arrivals, SampleWindow gaps) {
    this.settings = settings;
    this.deviations = LogisticPhi.deviationsAt(settings.threshold());
    this.arrivals = arrivals;
    this.gaps = gaps;
    this.silenceNanos = closedForm();
  }

  static void checkThreshold(double threshold) {
    if (!(threshold > 0 && threshold <= MAX_THRESHOLD)) {
      throw new IllegalArgumentException(
          "threshold: " + threshold + " (expected: above 0, at most " + MAX_THRESHOLD + ")");
    }
  }

  /** Phi of a silence by what is known now. */
  public double phi(long silence) {
    return settings.phi(silence, gaps.mean(), Math.sqrt(gaps.variance()));
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    long deviation = arrivals.record(slots, arrivalNanos);
    if (deviation != Arrivals.NOTHING) {
      gaps.add(arrivals.oneGapNanos(deviation));
      silenceNanos = closedForm();
    }
    return silenceNanos;
  }

  /** Akka's rule: the gap that ends a suspicion is not recorded. */
  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    return onUnrecorded(slots, arrivalNanos);
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

  @Override
  public long jitterNanos() {
    return arrivals.jitterNanos();
  }

  @Override
  public Detector successor() {
    return new PhiLogistic(settings, arrivals.successor(), gaps.copy());
  }

  private long closedForm() {
    return settings.silenceNanos(gaps.mean(), Math.sqrt(gaps.variance()), deviations);
  }
}
