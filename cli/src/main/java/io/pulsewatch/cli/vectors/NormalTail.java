package io.pulsewatch.cli.vectors;

/**
 * How improbable a normal deviation is, as a decimal logarithm, and its inverse. Stateless.
 *
 * <p>No detector here uses it; vectors compare the logistic form with it. Everything far from the
 * middle is kept as a logarithm: the chance itself is 0 as a double beyond 38.48 deviations, and
 * one less it is 1 beyond 8.3.
 */
final class NormalTail {
  private static final double LN_10 = Math.log(10);
  private static final double HALF_LN_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /** Below it a power series converges in few steps, above it a continued fraction does. */
  private static final double MIDDLE = 2;

  private static final int STEPS = 500;

  private NormalTail() {}

  /** The negative decimal logarithm of the chance of more than so many deviations. */
  static double phi(double deviations) {
    return -logOfTail(deviations) / LN_10;
  }

  /** The deviations at which {@link #phi} reaches the threshold. */
  static double deviationsAt(double threshold) {
    double low = -40;
    double high = 2 + Math.sqrt(2 * LN_10 * threshold);
    // Phi rises everywhere: halving needs no derivative and ends at neighbouring doubles.
    while (true) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return high;
      }
      if (phi(middle) < threshold) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  private static double logOfTail(double z) {
    if (z < 0) {
      return Math.log1p(-Math.exp(logOfTail(-z)));
    }
    return z < MIDDLE
        ? Math.log(0.5 - logFreeDensity(z) * seriesToMiddle(z))
        : -z * z / 2 - HALF_LN_TWO_PI - Math.log(fraction(z));
  }

  private static double logFreeDensity(double z) {
    return Math.exp(-z * z / 2 - HALF_LN_TWO_PI);
  }

  /** z + z^3/3 + z^5/(3*5) + .. */
  private static double seriesToMiddle(double z) {
    double term = z;
    double sum = z;
    for (int i = 1; i < STEPS && term > Math.ulp(sum); i++) {
      term *= z * z / (2 * i + 1);
      sum += term;
    }
    return sum;
  }

  /** z + 1/(z + 2/(z + 3/(z + ..))) */
  private static double fraction(double z) {
    double value = z;
    for (int i = STEPS; i > 0; i--) {
      value = z + i / value;
    }
    return value;
  }
}
