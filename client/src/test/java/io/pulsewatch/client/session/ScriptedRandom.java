package io.pulsewatch.client.session;

import java.util.random.RandomGenerator;

/** Draws the same fraction each time. Confined to its test. */
public final class ScriptedRandom implements RandomGenerator {
  private static final int DOUBLE_BITS = 53;

  private final double fraction;

  /** Draws this, from 0 to less than 1. */
  public ScriptedRandom(double fraction) {
    this.fraction = fraction;
  }

  @Override
  public long nextLong() {
    return (long) (fraction * (1L << DOUBLE_BITS)) << (Long.SIZE - DOUBLE_BITS);
  }
}
