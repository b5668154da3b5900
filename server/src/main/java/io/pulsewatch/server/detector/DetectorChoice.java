package io.pulsewatch.server.detector;

/** How an instance wants its silences judged, as the contract names it. Immutable. */
public sealed interface DetectorChoice {
  /** For those who did not say. */
  DetectorChoice DEFAULT = new Adaptive(Kind.TAIL, Profile.LAN, 0);

  /**
   * Makes the detector of one stream.
   *
   * @param intervalNanos the granted interval
   */
  Detector create(long intervalNanos);

  /** The detectors that learn. */
  enum Kind {
    /** Tail quantile of the stream's own lateness. */
    TAIL,
    /** Phi accrual, Akka's logistic form. */
    PHI_LOGISTIC,
    /** Phi accrual, Cassandra's exponential form. */
    PHI_EXPONENTIAL,
    /** Chen's estimator with a short and a long window. */
    NFD2W
  }

  /** What to expect of a stream that has shown nothing yet. */
  enum Profile {
    LAN,
    WAN,
    MOBILE
  }

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
      if (!(knob >= 0 && knob <= Double.MAX_VALUE)) {
        throw new IllegalArgumentException("adaptive.knob: " + knob + " (expected: >= 0)");
      }
    }

    @Override
    public Detector create(long intervalNanos) {
      // The kinds follow; until then each is the fixed detector at its default.
      return new Fixed(0).create(intervalNanos);
    }
  }
}
