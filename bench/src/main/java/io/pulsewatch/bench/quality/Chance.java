package io.pulsewatch.bench.quality;

import java.util.random.RandomGenerator;

/**
 * Distributions that the JDK does not draw from. Confined to one thread.
 *
 * <p>{@code StrictMath}, so that a seed makes the same fleet on every machine.
 */
final class Chance {
  private final RandomGenerator random;

  Chance(RandomGenerator random) {
    this.random = random;
  }

  double uniform(double from, double to) {
    return from + random.nextDouble() * (to - from);
  }

  /** Uniform in the exponent: as many between 1 and 10 as between 10 and 100. */
  double logUniform(double from, double to) {
    return StrictMath.exp(uniform(StrictMath.log(from), StrictMath.log(to)));
  }

  boolean happens(double probability) {
    return random.nextDouble() < probability;
  }

  double exponential(double mean) {
    return random.nextExponential() * mean;
  }

  double gaussian(double mean, double deviation) {
    return random.nextGaussian(mean, deviation);
  }

  double logNormal(double median, double sigma) {
    return median * StrictMath.exp(random.nextGaussian(0, sigma));
  }

  /** By inversion: at least 1, infinite mean for shapes up to 1. */
  double pareto(double shape) {
    return StrictMath.pow(1 - random.nextDouble(), -1 / shape);
  }

  /**
   * Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; below shape 1 by a
   * variable of shape + 1 and a power of a uniform one.
   */
  double gamma(double shape, double scale) {
    if (shape < 1) {
      return gamma(shape + 1, scale) * StrictMath.pow(1 - random.nextDouble(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = StrictMath.pow(1 + c * x, 3);
      if (v > 0
          && StrictMath.log(1 - random.nextDouble())
              < x * x / 2 + d - d * v + d * StrictMath.log(v)) {
        return d * v * scale;
      }
    }
  }
}
