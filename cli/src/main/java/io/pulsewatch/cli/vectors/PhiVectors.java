package io.pulsewatch.cli.vectors;

import io.pulsewatch.server.detector.LogisticPhi;
import io.pulsewatch.server.detector.SampleWindow;
import java.util.List;

/** Phi of given silences, and the statistics behind it. Stateless. */
final class PhiVectors {
  private static final double EXACT = 1e-9;

  private PhiVectors() {}

  static void check(String group, VectorCase each) {
    if (each.has("ops")) {
      Scenario.checkPhi(each);
    } else if (!group.startsWith("phi_logistic") && !group.startsWith("phi_akka")) {
      throw new UnsupportedCaseException("the form of " + group + " is unknown");
    } else if (each.has("x_from")) {
      checkMonotone(each);
    } else if (each.has("sd_low")) {
      checkOrder(each);
    } else {
      checkPoint(each);
    }
  }

  /** Mean and variance of the newest samples of a window. */
  static void checkHistory(VectorCase each) {
    List<Double> samples = each.numbers("samples");
    int capacity = Math.min(each.count("window"), Math.max(1, samples.size()));
    SampleWindow window = new SampleWindow(capacity);
    // Whole samples are as good in milliseconds; only parts of one need nanoseconds.
    boolean whole = samples.stream().allMatch(sample -> sample == Math.rint(sample));
    double unit = whole ? 1 : 1e6;
    for (double sample : samples) {
      if (Math.abs(sample) * unit >= Math.scalb(1.0, 50)) {
        throw new UnsupportedCaseException("a sample of " + sample + " ms");
      }
      window.add(whole ? (long) sample : VectorCase.nanosOf(sample));
    }
    double variance = window.variance() / (unit * unit);
    double tolerance = each.tolerance(1e-6);
    each.expect("mean", window.mean() / unit, tolerance);
    each.expect("variance", variance, tolerance);
    each.expect("std_deviation", Math.sqrt(variance), tolerance);
  }

  private static void checkPoint(VectorCase each) {
    double deviation = each.number("sd_ms");
    if (each.has("min_sd_ms")) {
      deviation = Math.max(deviation, each.number("min_sd_ms"));
    }
    double beyond =
        each.number("time_diff_ms")
            - each.number("mean_ms")
            - each.number("acceptable_pause_ms", each.number("pause_ms", 0));
    double phi = LogisticPhi.of(beyond / deviation);
    double tolerance = each.tolerance(EXACT);
    each.expect("expected_cdf", 1 - Math.pow(10, -phi), tolerance);
    each.expect("expected_phi", phi, tolerance);
    expectExactly(each, "exact", phi);
    expectExactly(each, "logistic_phi_exact", phi);
    if (each.has("min_exclusive")) {
      each.expect("phi is " + phi, phi > each.number("min_exclusive"));
    }
    if (each.has("max_exclusive")) {
      each.expect("phi is " + phi, phi < each.number("max_exclusive"));
    }
  }

  /** Phi by a reference that takes 1 / (1 + e) from 1, and so loses digits where phi is small. */
  private static void expectExactly(VectorCase each, String field, double phi) {
    if (each.has(field)) {
      double expected = each.number(field);
      each.expect(field, expected, phi, EXACT * Math.max(1, Math.abs(expected)));
    }
  }

  private static void checkMonotone(VectorCase each) {
    require(each, "strictly_increasing");
    double mean = each.number("mean_ms");
    double deviation = each.number("sd_ms");
    int to = each.count("x_to");
    double before = Double.NEGATIVE_INFINITY;
    for (int x = each.count("x_from"); x <= to; x++) {
      double phi = LogisticPhi.of((x - mean) / deviation);
      each.expect("phi(" + x + ") is " + phi + " after " + before, phi > before);
      before = phi;
    }
  }

  private static void checkOrder(VectorCase each) {
    require(each, "phi(sd_high)<phi(sd_low)");
    double beyond = each.number("time_diff_ms") - each.number("mean_ms");
    double low = LogisticPhi.of(beyond / each.number("sd_low"));
    double high = LogisticPhi.of(beyond / each.number("sd_high"));
    each.expect("phi is " + high + " for the high and " + low + " for the low", high < low);
    expectExactly(each, "exact_low", low);
    expectExactly(each, "exact_high", high);
  }

  private static void require(VectorCase each, String property) {
    if (!each.text("property").replace(" ", "").equals(property)) {
      throw new UnsupportedCaseException("the property is unknown");
    }
  }
}
