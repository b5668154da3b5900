package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Crossing;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Tally;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One detector on one fleet, as sums over blocks at each setting of its knob, so that blocks can be
 * drawn at random many times. Immutable.
 */
final class Blocks {
  private static final double NANOS_PER_MILLI = 1e6;

  private final double[][] mistakes;
  private final double[][] detection;
  private final double[] beats;

  Blocks(Curve curve) {
    int points = curve.points().size();
    int blocks = curve.points().get(0).blocks().size();
    mistakes = new double[points][blocks];
    detection = new double[points][blocks];
    beats = new double[blocks];
    for (int point = 0; point < points; point++) {
      List<Tally> tallies = curve.points().get(point).blocks();
      for (int block = 0; block < blocks; block++) {
        mistakes[point][block] = tallies.get(block).mistakes();
        detection[point][block] = tallies.get(block).detectionNanos();
        beats[block] = tallies.get(block).beats();
      }
    }
  }

  int count() {
    return beats.length;
  }

  /** Where the whole fleet makes mistakes at this rate; each block counts as often as it says. */
  @Nullable Crossing crossing(double[] times, double rate) {
    double together = sum(times, beats);
    return Crossing.of(
        mistakes.length, point -> sum(times, mistakes[point]), point -> together, rate);
  }

  /** The detection time there, in ms, of the blocks that count. */
  double detectionMillis(Crossing crossing, double[] times) {
    double together = sum(times, beats);
    return crossing.between(point -> sum(times, detection[point]) / together) / NANOS_PER_MILLI;
  }

  /** Mistakes there, of the blocks that count. */
  double mistakes(Crossing crossing, double[] times) {
    return crossing.between(point -> sum(times, mistakes[point]));
  }

  private static double sum(double[] times, double[] values) {
    double sum = 0;
    for (int i = 0; i < times.length; i++) {
      sum += times[i] * values[i];
    }
    return sum;
  }
}
