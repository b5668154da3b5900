package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Draws of fleets and of their blocks, the same ones for every figure. Immutable.
 *
 * <p>A paired bootstrap in two stages: seeds are drawn with replacement, and within each stream of
 * each seed drawn, blocks of heartbeats. All detectors get the same draws, so that what is luck for
 * one is luck for the other. Mistakes come in clusters; a block is longer than they are.
 */
final class Bootstrap {
  private static final int DRAWS = 400;
  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  private final List<List<Stream>> owners;
  private final long seed;

  /**
   * @param blockBeats heartbeats of a block
   * @param seed of the draws
   */
  Bootstrap(List<Fleet> fleets, int blockBeats, long seed) {
    this.owners = fleets.stream().map(fleet -> owners(fleet, blockBeats)).toList();
    this.seed = seed;
  }

  /**
   * What was drawn.
   *
   * @param fleets which
   * @param times for each of them, how often each block counts
   */
  record Draw(List<Integer> fleets, List<double[]> times) {}

  /** Whose each block of a fleet is, in the order in which a sweep lists them. */
  List<Stream> owners(int fleet) {
    return owners.get(fleet);
  }

  /** Everything once. */
  Draw asItIs() {
    List<Integer> each = IntStream.range(0, owners.size()).boxed().toList();
    return new Draw(each, each.stream().map(this::ones).toList());
  }

  /** One fleet once. */
  Draw alone(int fleet) {
    return new Draw(List.of(fleet), List.of(ones(fleet)));
  }

  /** The figure as it is, and where it lies in the draws. */
  Estimate estimate(ToDoubleFunction<Draw> figure) {
    double value = figure.applyAsDouble(asItIs());
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn =
        IntStream.range(0, DRAWS)
            .mapToObj(i -> draw(random))
            .mapToDouble(figure)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    if (drawn.length < DRAWS / 2) {
      return new Estimate(value, Double.NaN, Double.NaN);
    }
    return new Estimate(
        value, drawn[(int) (LOW * drawn.length)], drawn[(int) (HIGH * drawn.length)]);
  }

  private Draw draw(SplittableRandom random) {
    List<Integer> drawn =
        IntStream.range(0, owners.size()).mapToObj(i -> random.nextInt(owners.size())).toList();
    return new Draw(
        drawn, drawn.stream().map(fleet -> blocksDrawn(owners.get(fleet), random)).toList());
  }

  /** Within each stream as many blocks as it has, with replacement. */
  private static double[] blocksDrawn(List<Stream> owners, SplittableRandom random) {
    double[] times = new double[owners.size()];
    int begin = 0;
    while (begin < times.length) {
      int end = begin;
      while (end < times.length && owners.get(end).equals(owners.get(begin))) {
        end++;
      }
      for (int i = begin; i < end; i++) {
        times[random.nextInt(begin, end)]++;
      }
      begin = end;
    }
    return times;
  }

  private double[] ones(int fleet) {
    double[] ones = new double[owners.get(fleet).size()];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static List<Stream> owners(Fleet fleet, int blockBeats) {
    return fleet.streams().stream()
        .flatMap(
            stream -> {
              long beats = stream.trace().size() - 1L - fleet.warmUp();
              return IntStream.range(0, (int) ((beats + blockBeats - 1) / blockBeats))
                  .mapToObj(block -> stream);
            })
        .toList();
  }
}
