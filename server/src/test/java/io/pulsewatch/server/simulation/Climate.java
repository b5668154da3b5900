package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Settings;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What kind of world it is.
 *
 * @param minInterval shortest interval of its clients; they spread up to the longest
 * @param meanCalmNanos mean time between two strokes of fate; 0: there are none
 * @param beats share of the instances that come by unary beats
 */
record Climate(
    int instances,
    int readers,
    long minInterval,
    long maxInterval,
    long meanCalmNanos,
    double beats,
    Settings settings) {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Where the network is short and sound, and nobody of the clients ever stops. */
  static Climate calm(int instances, long interval) {
    return new Climate(instances, 2, interval, interval, 0, 0.2, settings(8_192, 16_384));
  }

  /** Half of the worlds are slow, so that their hours are cheap; some are large, some quick. */
  static Climate of(RandomGenerator random) {
    Settings settings = random.nextInt(4) == 0 ? settings(8, 16) : settings(8_192, 16_384);
    long calm = (1L << random.nextInt(9)) * 500 * MS;
    return switch (random.nextInt(8)) {
      case 0 -> new Climate(20, 2, 100 * MS, 2_000 * MS, calm / 4 + 200 * MS, 0.3, settings);
      case 1, 2 -> new Climate(40, 2, 1_000 * MS, 10_000 * MS, calm, 0.2, settings);
      case 3 -> new Climate(200, 2, 20_000 * MS, 60_000 * MS, calm, 0.1, settings);
      default -> new Climate(30, 2, 10_000 * MS, 60_000 * MS, 8 * calm, 0.2, settings);
    };
  }

  boolean isCalm() {
    return meanCalmNanos == 0;
  }

  long interval(RandomGenerator random) {
    double spread = Math.pow((double) maxInterval / minInterval, random.nextDouble());
    return (long) (minInterval * spread);
  }

  private static Settings settings(int mail, int expiries) {
    return new Settings(400, 5, mail, expiries, 16, 60_000, 10, 15_000 * MS);
  }
}
