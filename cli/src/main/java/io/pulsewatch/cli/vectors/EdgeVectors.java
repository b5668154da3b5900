package io.pulsewatch.cli.vectors;

import io.pulsewatch.server.detector.Detector;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import io.pulsewatch.server.detector.LogisticPhi;
import io.pulsewatch.server.detector.PhiLogistic;
import io.pulsewatch.server.detector.SampleWindow;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Numeric edges, which the file tells in words: a case is known by the words that it must contain,
 * and is then tried on the detectors. Stateless.
 */
final class EdgeVectors {
  private static final long SECOND = 1_000_000_000;
  private static final long MILLI = 1_000_000;

  /** Words, separated by spaces, to what is tried. */
  private static final Map<String, Consumer<VectorCase>> EDGES =
      new TreeMap<>(
          Map.of(
              "logistic underflow", EdgeVectors::phiStaysFinite,
              "1-cdf erf", EdgeVectors::normalTailKeepsItsDigits,
              "erfc is 0", EdgeVectors::normalTailNeverEnds,
              "1-10^-p rounds", EdgeVectors::thresholdsStayApart,
              "squared nanoseconds", EdgeVectors::squaresDoNotOverflow,
              "variance negative", EdgeVectors::varianceIsNotNegative,
              "timestamp 0", EdgeVectors::zeroIsATime,
              "wrap", EdgeVectors::anyOriginDoes,
              "overflow long clock", EdgeVectors::anyOriginDoes,
              "sd 0", EdgeVectors::noDeviationIsFloored));

  private EdgeVectors() {}

  static void check(VectorCase each) {
    if (!each.has("case")) {
      checkByFields(each);
      return;
    }
    String words = each.text("case").toLowerCase(Locale.ROOT);
    each.text("action");
    for (Map.Entry<String, Consumer<VectorCase>> edge : EDGES.entrySet()) {
      if (List.of(edge.getKey().split(" ", -1)).stream().allMatch(words::contains)) {
        edge.getValue().accept(each);
        return;
      }
    }
    throw new UnsupportedCaseException("the edge is unknown");
  }

  /** An edge told in the fields of another family. */
  private static void checkByFields(VectorCase each) {
    if (each.has("samples")) {
      PhiVectors.checkHistory(each);
    } else if (each.has("threshold") && !each.has("ops")) {
      ClosedFormVectors.check(each);
    } else {
      PhiVectors.check("phi_logistic", each);
    }
  }

  private static void phiStaysFinite(VectorCase each) {
    double before = 0;
    for (double deviations = 8; deviations < 1e6; deviations *= 1.01) {
      double phi = LogisticPhi.of(deviations);
      each.expect(
          "phi at " + deviations + " deviations is " + phi + " after " + before,
          phi > before && Double.isFinite(phi));
      before = phi;
    }
    for (double threshold = 300; threshold < 1e5; threshold *= 1.1) {
      double there = LogisticPhi.of(LogisticPhi.deviationsAt(threshold));
      each.expect("phi at the threshold", threshold, there, 1e-9 * threshold);
    }
  }

  private static void normalTailKeepsItsDigits(VectorCase each) {
    expectTail(each, 8, 15.206143);
    expectTail(each, 8.245, 16.083125);
    expectTail(each, 10, 23.118053);
  }

  private static void normalTailNeverEnds(VectorCase each) {
    expectTail(each, 38, 315.53979);
    expectTail(each, 38.48, 323.516796);
    expectTail(each, 100, 2173.871543);
  }

  private static void expectTail(VectorCase each, double deviations, double phi) {
    each.expect("phi of " + deviations, phi, NormalTail.phi(deviations), 1e-3);
    each.expect("back from it", deviations, NormalTail.deviationsAt(phi), 1e-3);
  }

  private static void thresholdsStayApart(VectorCase each) {
    double normal = 0;
    double logistic = 0;
    for (double threshold = 1; threshold <= 400; threshold += 0.05) {
      double nextNormal = NormalTail.deviationsAt(threshold);
      double nextLogistic = LogisticPhi.deviationsAt(threshold);
      each.expect(
          "at threshold " + threshold + " nothing grows",
          nextNormal > normal && nextLogistic > logistic && Double.isFinite(nextLogistic));
      normal = nextNormal;
      logistic = nextLogistic;
    }
  }

  private static void squaresDoNotOverflow(VectorCase each) {
    SampleWindow window = new SampleWindow(1000);
    for (int i = 0; i < 2500; i++) {
      window.add(3 * SECOND + (i % 2 == 0 ? MILLI : -MILLI));
    }
    each.expect("the mean", 3.0 * SECOND, window.mean(), 0);
    each.expect("the variance", (double) MILLI * MILLI, window.variance(), 0);
  }

  private static void varianceIsNotNegative(VectorCase each) {
    SampleWindow window = new SampleWindow(1000);
    PhiLogistic phi = new PhiLogistic(SECOND, Profile.LAN.logistic(8, SECOND));
    long gap = SECOND / 10 + 1;
    for (int i = 1; i <= 3000; i++) {
      window.add(gap);
      phi.onHeartbeat(1, i * gap);
      each.expect("the variance is " + window.variance(), window.variance() == 0);
    }
    each.expect("phi is no number", phi.phi(gap) >= 0 && phi.phi(gap) < 8);
    each.expect("it is suspected at once", phi.silenceNanos() > gap);
  }

  private static void zeroIsATime(VectorCase each) {
    for (Kind kind : Kind.values()) {
      Detector atZero = new Adaptive(kind, Profile.LAN, 0).create(SECOND);
      Detector later = new Adaptive(kind, Profile.LAN, 0).create(SECOND);
      for (int i = 0; i < 10; i++) {
        long gap = i * (SECOND + i * 10L * MILLI);
        expectSame(each, kind, atZero.onHeartbeat(1, gap), later.onHeartbeat(1, 77 * SECOND + gap));
      }
      expectSame(each, kind, atZero.jitterNanos(), later.jitterNanos());
    }
  }

  private static void anyOriginDoes(VectorCase each) {
    for (Kind kind : Kind.values()) {
      for (long origin : List.of(Long.MIN_VALUE, -1L, Long.MAX_VALUE)) {
        Detector atZero = new Adaptive(kind, Profile.LAN, 0).create(SECOND);
        Detector there = new Adaptive(kind, Profile.LAN, 0).create(SECOND);
        for (int i = 0; i < 200; i++) {
          long at = i * SECOND + (i % 7) * 30L * MILLI;
          expectSame(each, kind, atZero.onHeartbeat(1, at), there.onHeartbeat(1, origin + at));
        }
      }
    }
  }

  private static void noDeviationIsFloored(VectorCase each) {
    for (Kind kind : Kind.values()) {
      Detector detector = new Adaptive(kind, Profile.LAN, 0).create(SECOND);
      for (int i = 0; i < 3000; i++) {
        detector.onHeartbeat(1, i * SECOND);
      }
      each.expect(
          kind + " suspects a punctual sender a tick after its time",
          detector.silenceNanos() >= SECOND + DetectorChoice.PHI_MIN_DEVIATION);
    }
  }

  private static void expectSame(VectorCase each, Kind kind, long one, long other) {
    each.expect(kind + " says " + one + " and " + other + " ns", one == other);
  }
}
