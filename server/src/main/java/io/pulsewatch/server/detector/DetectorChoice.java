package io.pulsewatch.server.detector;

import java.util.concurrent.TimeUnit;

/** How an instance wants its silences judged, as the contract names it. Immutable. */
public sealed interface DetectorChoice {
  /** For those who did not say. */
  DetectorChoice DEFAULT = new Adaptive(Kind.TAIL, Profile.LAN, 0);

  /**
   * Makes the detector of one stream.
   *
   * @param intervalNanos the granted interval, above 0
   */
  Detector create(long intervalNanos);

  /** The same where all times are so many percent of what they were. */
  DetectorChoice stretched(int percent);

  /** The detectors that learn, and what their one knob is. */
  enum Kind {
    /** Tail quantile of the stream's own lateness. Knob: k, the factor on quantile and stall. */
    TAIL(3, 1_000),
    /** Phi accrual, Akka's logistic form. Knob: the threshold. */
    PHI_LOGISTIC(8, 1_000),
    /** Phi accrual, Cassandra's exponential form. Knob: the threshold. */
    PHI_EXPONENTIAL(8, 1_000),
    /**
     * Chen's estimator with a short and a long window. Knob: the margin in seconds; its default is
     * the margin that TAIL gives a stream of the profile that has shown nothing yet.
     */
    NFD2W(0, TimeUnit.DAYS.toSeconds(1));

    private final double knob;
    private final double maxKnob;

    Kind(double knob, double maxKnob) {
      this.knob = knob;
      this.maxKnob = maxKnob;
    }
  }

  /** What to expect of a stream that has shown nothing yet. */
  enum Profile {
    /** One machine room. Phi: the settings of an Akka cluster. */
    LAN(200, 20, 500, 5_000, 3_000),
    /** Between sites. Phi: the pause of Akka's remote watch. */
    WAN(400, 300, 1_000, 15_000, 10_000),
    /** Radio links, which are gone for seconds now and then. */
    MOBILE(1_000, 2_000, 5_000, 60_000, 30_000);

    private final long stallNanos;
    private final long priorNanos;
    private final long minMarginNanos;
    private final long maxMarginNanos;
    private final long phiPauseNanos;

    /** Nearly every stream takes the default factor: they share this one. */
    private final TailQuantile.Settings tail;

    Profile(
        int stallMillis,
        int priorMillis,
        int minMarginMillis,
        int maxMarginMillis,
        int phiPauseMillis) {
      stallNanos = TimeUnit.MILLISECONDS.toNanos(stallMillis);
      priorNanos = TimeUnit.MILLISECONDS.toNanos(priorMillis);
      minMarginNanos = TimeUnit.MILLISECONDS.toNanos(minMarginMillis);
      maxMarginNanos = TimeUnit.MILLISECONDS.toNanos(maxMarginMillis);
      phiPauseNanos = TimeUnit.MILLISECONDS.toNanos(phiPauseMillis);
      tail = tailWith(Kind.TAIL.knob);
    }

    /** The constants of TAIL with this factor. */
    public TailQuantile.Settings tail(double factor) {
      return factor == Kind.TAIL.knob ? tail : tailWith(factor);
    }

    /** Akka's constants with this threshold and this profile's pause. */
    public PhiLogistic.Settings logistic(double threshold, long intervalNanos) {
      return new PhiLogistic.Settings(
          threshold, PHI_WINDOW, PHI_MIN_DEVIATION, phiPauseNanos, intervalNanos);
    }

    private TailQuantile.Settings tailWith(double factor) {
      return new TailQuantile.Settings(
          factor, stallNanos, priorNanos, minMarginNanos, maxMarginNanos);
    }

    private long quietMarginNanos() {
      return tail.marginNanos(priorNanos);
    }
  }

  /** Akka's and Cassandra's window. */
  int PHI_WINDOW = 1000;

  /** Akka's floor of the deviation, in nanoseconds. */
  long PHI_MIN_DEVIATION = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * Doubt after the same silence, always.
   *
   * @param afterNanos that silence; 0: 2 x interval
   */
  record Fixed(long afterNanos) implements DetectorChoice {
    public Fixed {
      if (afterNanos < 0) {
        throw new IllegalArgumentException("fixed.after: " + afterNanos + " ns (expected: >= 0)");
      }
    }

    @Override
    public DetectorChoice stretched(int percent) {
      return percent == 100 ? this : new Fixed(afterNanos * percent / 100);
    }

    @Override
    public Detector create(long intervalNanos) {
      return new FixedTimeout(intervalNanos, afterNanos == 0 ? 2 * intervalNanos : afterNanos);
    }
  }

  /**
   * Doubt when the silence is improbable for this stream.
   *
   * @param knob the kind's one knob; 0: its default
   */
  record Adaptive(Kind kind, Profile profile, double knob) implements DetectorChoice {
    public Adaptive {
      if (!(knob >= 0 && knob <= kind.maxKnob)) {
        throw new IllegalArgumentException(
            "adaptive.knob: " + knob + " (expected: 0.." + kind.maxKnob + ")");
      }
    }

    /** It learns what it needs to know. */
    @Override
    public DetectorChoice stretched(int percent) {
      return this;
    }

    @Override
    public Detector create(long intervalNanos) {
      double value = knob == 0 ? kind.knob : knob;
      return switch (kind) {
        case TAIL -> new TailQuantile(intervalNanos, profile.tail(value));
        case PHI_LOGISTIC -> new PhiLogistic(intervalNanos, profile.logistic(value, intervalNanos));
        case PHI_EXPONENTIAL ->
            // Cassandra assumes two intervals at first, and drops what is longer than that.
            new PhiExponential(
                intervalNanos,
                new PhiExponential.Settings(
                    value, PHI_WINDOW, 2 * intervalNanos, 2 * intervalNanos));
        case NFD2W -> new Nfd2w(intervalNanos, windows(value));
      };
    }

    private Nfd2w.Settings windows(double marginSeconds) {
      long marginNanos =
          knob == 0
              ? profile.quietMarginNanos()
              : (long) (marginSeconds * TimeUnit.SECONDS.toNanos(1));
      return new Nfd2w.Settings(
          marginNanos, Nfd2w.Settings.SHORT_WINDOW, Nfd2w.Settings.LONG_WINDOW);
    }
  }
}
