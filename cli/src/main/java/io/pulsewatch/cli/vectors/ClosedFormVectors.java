package io.pulsewatch.cli.vectors;

import io.pulsewatch.server.detector.LogisticPhi;
import io.pulsewatch.server.detector.PhiExponential;
import io.pulsewatch.server.detector.PhiLogistic;
import java.util.Locale;

/** The silences at which phi reaches a threshold. Stateless. */
final class ClosedFormVectors {
  /** Akka's and Cassandra's threshold, where a case names none. */
  private static final double DEFAULT_THRESHOLD = 8;

  /** A phi that is told with four decimals. */
  private static final double FOUR_DECIMALS = 5.1e-5;

  private ClosedFormVectors() {}

  static void check(VectorCase each) {
    if (each.has("deadline_after_last_ms") || each.has("first_unavailable_ms")) {
      checkDeadline(each);
    } else {
      checkMultipliers(each);
    }
  }

  private static void checkMultipliers(VectorCase each) {
    double threshold = each.number("threshold");
    double deviations = LogisticPhi.deviationsAt(threshold);
    double tolerance = each.tolerance(1e-6);
    each.expect("y_logistic", deviations, tolerance);
    each.expect("z_normal", NormalTail.deviationsAt(threshold), tolerance);
    each.expect("exp_multiplier", PhiExponential.gapsAt(threshold), tolerance);
    each.expect(
        "effective_phi_of_logistic_under_true_normal", NormalTail.phi(deviations), FOUR_DECIMALS);
  }

  private static void checkDeadline(VectorCase each) {
    double threshold = each.number("threshold", DEFAULT_THRESHOLD);
    if (each.has("sd_ms")) {
      checkLogistic(each, threshold);
    } else if (each.text("name").toLowerCase(Locale.ROOT).contains("cassandra")) {
      long mean = each.nanos("mean_ms");
      PhiExponential detector =
          new PhiExponential(mean, new PhiExponential.Settings(threshold, 1, mean, mean));
      expectDeadline(each, detector.silenceNanos());
    } else {
      throw new UnsupportedCaseException("the form is unknown");
    }
  }

  private static void checkLogistic(VectorCase each, double threshold) {
    double mean = each.nanos("mean_ms");
    double deviation = each.nanos("sd_ms");
    PhiLogistic.Settings settings =
        new PhiLogistic.Settings(
            threshold,
            1,
            Math.max(1, each.nanos("min_sd_ms", 1)),
            each.nanos("pause_ms", 0),
            (long) mean);
    long silence = settings.silenceNanos(mean, deviation);
    expectDeadline(each, silence);
    if (each.has("first_unavailable_ms")) {
      long first = each.nanos("first_unavailable_ms");
      long before = first - VectorCase.nanosOf(1);
      each.expect(
          "phi does not reach the threshold there for the first time",
          settings.phi(before, mean, deviation) < threshold
              && settings.phi(first, mean, deviation) >= threshold
              && before < silence
              && silence <= first);
    }
  }

  private static void expectDeadline(VectorCase each, long silenceNanos) {
    each.expect("deadline_after_last_ms", VectorCase.millis(silenceNanos), each.tolerance(0.001));
  }
}
