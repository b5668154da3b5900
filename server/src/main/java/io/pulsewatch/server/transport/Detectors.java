package io.pulsewatch.server.transport;

import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.v1.AdaptiveDetector;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.FixedDetector;

/** How an instance wants its silences judged: from the contract's words. */
final class Detectors {
  private Detectors() {}

  /** What was wished; the default where nothing was. */
  static DetectorChoice choice(Detector wish) {
    return switch (wish.getKindCase()) {
      case FIXED -> fixed(wish.getFixed());
      case ADAPTIVE -> adaptive(wish.getAdaptive());
      case KIND_NOT_SET -> DetectorChoice.DEFAULT;
    };
  }

  /** Clamped by what is granted, as all times are; without a value, 2 x interval. */
  private static DetectorChoice fixed(FixedDetector wish) {
    long after = wish.hasAfter() ? Math.max(1, Nanos.of(wish.getAfter())) : 0;
    return new DetectorChoice.Fixed(after);
  }

  private static DetectorChoice adaptive(AdaptiveDetector wish) {
    DetectorChoice.Kind kind =
        switch (wish.getKind()) {
          case DETECTOR_KIND_UNSPECIFIED, DETECTOR_KIND_TAIL -> DetectorChoice.Kind.TAIL;
          case DETECTOR_KIND_PHI_LOGISTIC -> DetectorChoice.Kind.PHI_LOGISTIC;
          case DETECTOR_KIND_PHI_EXPONENTIAL -> DetectorChoice.Kind.PHI_EXPONENTIAL;
          case DETECTOR_KIND_NFD2W -> DetectorChoice.Kind.NFD2W;
          case UNRECOGNIZED -> throw unknown("kind", wish.getKindValue(), "DetectorKind");
        };
    DetectorChoice.Profile profile =
        switch (wish.getProfile()) {
          case DETECTOR_PROFILE_UNSPECIFIED, DETECTOR_PROFILE_LAN -> DetectorChoice.Profile.LAN;
          case DETECTOR_PROFILE_WAN -> DetectorChoice.Profile.WAN;
          case DETECTOR_PROFILE_MOBILE -> DetectorChoice.Profile.MOBILE;
          case UNRECOGNIZED -> throw unknown("profile", wish.getProfileValue(), "DetectorProfile");
        };
    try {
      return new DetectorChoice.Adaptive(kind, profile, wish.getKnob());
    } catch (IllegalArgumentException outOfRange) {
      throw Statuses.invalid("BAD_DETECTOR", "detector." + outOfRange.getMessage());
    }
  }

  private static RuntimeException unknown(String field, int number, String type) {
    return Statuses.invalid(
        "BAD_DETECTOR",
        "detector.adaptive."
            + field
            + ": unknown number "
            + number
            + " (expected: a pulsewatch.v1."
            + type
            + ")");
  }
}
