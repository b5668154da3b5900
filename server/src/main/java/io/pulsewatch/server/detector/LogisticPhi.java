package io.pulsewatch.server.detector;

/**
 * Phi of a silence, as Akka and Pekko approximate the normal distribution, and its inverse.
 * Stateless.
 *
 * <p>With y = (silence - mean - pause) / deviation and u = y (1.5976 + 0.070566 y^2), the logistic
 * form e^-u / (1 + e^-u) stands for the chance of a longer silence, and phi is its negative decimal
 * logarithm. Taken as log1p(e^u) / ln 10 it is the same on either side of the mean, keeps its
 * digits where phi is tiny, and stays finite where e^-u is nothing (y >= 21.595).
 *
 * <p>The inverse solves 0.070566 y^3 + 1.5976 y = ln(10^phi - 1). The cubic rises everywhere, so it
 * has one root: 2 sqrt(p/3) sinh(asinh(3q/2p sqrt(3/p)) / 3).
 *
 * <p>Source: apache/pekko
 * remote/src/main/scala/org/apache/pekko/remote/PhiAccrualFailureDetector.scala.
 */
public final class LogisticPhi {
  private static final double LINEAR = 1.5976;
  private static final double CUBIC = 0.070566;
  private static final double LN_10 = Math.log(10);

  private LogisticPhi() {}

  /** Phi of a silence that is so many deviations longer than expected. Never negative or NaN. */
  public static double of(double deviations) {
    double u = deviations * (LINEAR + CUBIC * deviations * deviations);
    // log(1 + e^u), written so that neither side overflows.
    return (Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))) / LN_10;
  }

  /**
   * The deviations at which phi reaches the threshold; a threshold below log10(2) gives a negative
   * one.
   */
  public static double deviationsAt(double threshold) {
    double p = LINEAR / CUBIC;
    double q = logOfExpLessOne(threshold * LN_10) / CUBIC;
    double angle = asinh(1.5 * q / p * Math.sqrt(3 / p)) / 3;
    return 2 * Math.sqrt(p / 3) * Math.sinh(angle);
  }

  /** ln(e^x - 1), where e^x may be too great for a double and e^-x too small to be taken from 1. */
  private static double logOfExpLessOne(double x) {
    return x > 1 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
  }

  private static double asinh(double x) {
    double size = Math.abs(x);
    double value = Math.log1p(size + size * size / (1 + Math.sqrt(size * size + 1)));
    return Math.copySign(value, x);
  }
}
