package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.RoleLimits;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.liveness.Times;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What kind of world it is.
 *
 * @param minInterval shortest interval of its clients; they spread up to the longest
 * @param meanCalmNanos mean time between two strokes of fate; 0: there are none
 * @param beats share of the instances that come by unary beats
 * @param timeout what clients of a calm world wish, or unset
 * @param resumeWindow so, too
 */
record Climate(
    int instances,
    int readers,
    long minInterval,
    long maxInterval,
    long meanCalmNanos,
    double beats,
    long timeout,
    long resumeWindow,
    Settings settings) {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Where the network is short and sound, and nobody of the clients ever stops. */
  static Climate calm(int instances, long interval) {
    return calm(instances, interval, Times.UNSET, Times.UNSET);
  }

  /** The same, with clients that wish more than an interval. */
  static Climate calm(int instances, long interval, long timeout, long resumeWindow) {
    Settings settings = settings(8_192, 16_384);
    return new Climate(instances, 2, interval, interval, 0, 0.2, timeout, resumeWindow, settings);
  }

  private static Climate wild(
      int instances,
      long minInterval,
      long maxInterval,
      long calm,
      double beats,
      Settings settings) {
    return new Climate(
        instances, 2, minInterval, maxInterval, calm, beats, Times.UNSET, Times.UNSET, settings);
  }

  /** Half of the worlds are slow, so that their hours are cheap; some are large, some quick. */
  static Climate of(RandomGenerator random) {
    Settings settings = random.nextInt(4) == 0 ? settings(8, 16) : settings(8_192, 16_384);
    long calm = (1L << random.nextInt(9)) * 500 * MS;
    return switch (random.nextInt(8)) {
      case 0 -> wild(20, 100 * MS, 2_000 * MS, calm / 4 + 200 * MS, 0.3, settings);
      case 1, 2 -> wild(40, 1_000 * MS, 10_000 * MS, calm, 0.2, settings);
      case 3 -> wild(200, 20_000 * MS, 60_000 * MS, calm, 0.1, settings);
      default -> wild(30, 10_000 * MS, 60_000 * MS, 8 * calm, 0.2, settings);
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
    return new Settings(
        400, 5, mail, expiries, 16, 60_000, 10, 15_000 * MS, true, true, 3, RoleLimits.DEFAULT);
  }
}
