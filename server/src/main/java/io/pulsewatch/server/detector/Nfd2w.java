package io.pulsewatch.server.detector;

/**
 * Chen's estimator with a short and a long window: doubt a margin after the later of the two
 * expected arrivals.
 *
 * <p>Chen's expected arrival is the mean of (arrival - slot * interval) over a window, plus the
 * next slot's time. Here that mean is kept of <i>offsets</i>: how far an arrival is behind the
 * schedule that the first one began. The long window rides out jitter, but lags for its whole
 * length when the sender's schedule slips; the short one follows at once (2W-FD).
 *
 * <p>An unrecorded heartbeat teaches no offset. Where it came early, our own pause was taken off
 * the time, and the schedule moves with it. Where it came late, the next silence counts from it.
 *
 * <p>Chen, Toueg and Aguilera, "On the quality of service of failure detectors", 2002; Tomsic and
 * others, "2W-FD", 2015. Confined to the thread that reads the stream.
 */
public final class Nfd2w implements Detector {
  private final Settings settings;
  private final Arrivals arrivals;
  private final long[] offsets;
  private int size;
  private int next;
  private long shortSum;
  private long longSum;
  private long offsetNanos;
  private long silenceNanos;

  /**
   * What the paper lets one choose.
   *
   * @param marginNanos time after the expected arrival at which doubt is due
   * @param shortWindow how many heartbeats the short window holds, 1 .. longWindow
   * @param longWindow how many the long one holds, at most {@link SampleWindow#MAX_CAPACITY}
   */
  public record Settings(long marginNanos, int shortWindow, int longWindow) {
    /** As in the paper. */
    public static final int SHORT_WINDOW = 1;

    public static final int LONG_WINDOW = 1000;

    public Settings {
      if (shortWindow < 1 || shortWindow > longWindow || longWindow > SampleWindow.MAX_CAPACITY) {
        throw new IllegalArgumentException(
            "windows: "
                + shortWindow
                + " and "
                + longWindow
                + " (expected: 1 <= short <= long <= "
                + SampleWindow.MAX_CAPACITY
                + ")");
      }
      if (marginNanos < 0 || marginNanos > Arrivals.LIMIT) {
        throw new IllegalArgumentException(
            "marginNanos: " + marginNanos + " (expected: 0.." + Arrivals.LIMIT + ")");
      }
    }
  }

  public Nfd2w(long intervalNanos, Settings settings) {
    this(new Arrivals(intervalNanos), settings);
  }

  private Nfd2w(Arrivals arrivals, Settings settings) {
    this.arrivals = arrivals;
    this.settings = settings;
    this.offsets = new long[settings.longWindow()];
    this.silenceNanos = arrivals.intervalNanos() + settings.marginNanos();
  }

  /**
   * Time from the newest arrival to the one that is expected next, which may have passed. The
   * margin comes on top of it.
   */
  public double expectedInNanos() {
    double later =
        Math.max(mean(shortSum, settings.shortWindow()), mean(longSum, settings.longWindow()));
    return arrivals.intervalNanos() + later - offsetNanos;
  }

  @Override
  public long onHeartbeat(long slots, long arrivalNanos) {
    return slots > 0
        ? learn(arrivals.record(slots, arrivalNanos))
        : onUnrecorded(slots, arrivalNanos);
  }

  @Override
  public long onDoubted(long slots, long arrivalNanos) {
    return slots > 0
        ? learn(arrivals.doubted(slots, arrivalNanos))
        : onUnrecorded(slots, arrivalNanos);
  }

  private long learn(long deviation) {
    if (deviation != Arrivals.NOTHING) {
      offsetNanos += deviation;
    }
    if (Math.abs(offsetNanos) > Arrivals.LIMIT) {
      // So far off, it is another schedule.
      offsetNanos = 0;
      shortSum = 0;
      longSum = 0;
      size = 0;
    }
    add();
    silenceNanos = due(expectedInNanos());
    return silenceNanos;
  }

  @Override
  public long onUnrecorded(long slots, long arrivalNanos) {
    long gapNanos = arrivals.move(arrivalNanos);
    offsetNanos += Math.max(0, gapNanos - arrivals.plannedNanos(Math.max(0, slots)));
    silenceNanos = due(Math.max((double) arrivals.intervalNanos(), expectedInNanos()));
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

  /** A schedule ends with its stream, and the offsets with it. */
  @Override
  public Detector successor() {
    return new Nfd2w(arrivals.successor(), settings);
  }

  private void add() {
    int n = settings.longWindow();
    int m = settings.shortWindow();
    if (size == n) {
      longSum -= offsets[next];
    }
    if (size >= m) {
      shortSum -= offsets[next >= m ? next - m : next - m + n];
    }
    offsets[next] = offsetNanos;
    next = next + 1 == n ? 0 : next + 1;
    size = Math.min(n, size + 1);
    longSum += offsetNanos;
    shortSum += offsetNanos;
  }

  private double mean(long sum, int window) {
    return size == 0 ? offsetNanos : (double) sum / Math.min(size, window);
  }

  private long due(double expectedIn) {
    return (long) Math.ceil(Math.max(0, expectedIn + settings.marginNanos()));
  }
}
