package io.pulsewatch.server.detector;

/**
 * Phi accrual in Cassandra's exponential form: doubt when silence / (mean gap * ln 10) exceeds the
 * threshold.
 *
 * <p>A new stream begins with one guessed gap, longer than any that it should show. A gap that is
 * longer than the longest allowed is dropped, so that an outage never widens the mean. A gap over
 * skipped slots counts as the gap of one, with its lateness.
 *
 * <p>apache/cassandra src/java/org/apache/cassandra/gms/FailureDetector.java, ArrivalWindow.
 * Confined to the thread that reads the stream.
 */
public final class PhiExponential implements Detector {
  private static final double LN_10 = Math.log(10);

  /** A mean gap of nothing would make every silence infinitely improbable. */
  private static final double MIN_MEAN = 1;

  private final Settings settings;
  private final Arrivals arrivals;
  private final SampleWindow gaps;
  private long silenceNanos;

  /**
   * What Cassandra lets one choose.
   *
   * @param threshold phi above which doubt is due, above 0
   * @param window how many gaps count
   * @param firstNanos the gap that is assumed before any was seen
   * @param maxNanos gaps longer than this teach nothing
   */
  public record Settings(double threshold, int window, long firstNanos, long maxNanos) {
    public Settings {
      PhiLogistic.checkThreshold(threshold);
    }
  }

  public PhiExponential(long intervalNanos, Settings settings) {
    this(settings, new Arrivals(intervalNanos), new SampleWindow(settings.window()));
    gaps.add(settings.firstNanos());
    silenceNanos = closedForm();
  }

  private PhiExponential(Settings settings, Arrivals arrivals, SampleWindow gaps) {
    this.settings = settings;
    this.arrivals = arrivals;
    this.gaps = gaps;
    this.silenceNanos = closedForm();
  }

  /** How many mean gaps a silence may last. */
  public static double gapsAt(double threshold) {
    return threshold * LN_10;
  }

  /** Phi of a silence by what is known now. */
  public double phi(long silence) {
    return silence / (meanNanos() * LN_10);
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    return learn(arrivals.record(slots, arrivalNanos));
  }

  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    return learn(arrivals.doubted(slots, arrivalNanos));
  }

  private long learn(long deviation) {
    if (deviation != Arrivals.NOTHING) {
      long gap = arrivals.oneGapNanos(deviation);
      if (gap <= settings.maxNanos()) {
        gaps.add(gap);
        silenceNanos = closedForm();
      }
    }
    return silenceNanos;
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
    return new PhiExponential(settings, arrivals.successor(), gaps.copy());
  }

  /** The first nanosecond past the threshold: Cassandra asks for more than it. */
  private long closedForm() {
    return (long) Math.floor(gapsAt(settings.threshold()) * meanNanos()) + 1;
  }

  private double meanNanos() {
    return Math.max(MIN_MEAN, gaps.mean());
  }
}
