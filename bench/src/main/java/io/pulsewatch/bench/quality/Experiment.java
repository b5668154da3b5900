package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Crossing;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Sweep;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Detectors on fleets of several seeds, compared where they make equally many mistakes. Immutable.
 *
 * <p>One value of a knob holds for a whole fleet. The rate of mistakes is that of the fleet; the
 * detection time may be that of a part of it, at the same value.
 *
 * <p>Intervals are of a paired bootstrap in two stages: seeds are drawn with replacement, and
 * within each stream of each seed drawn, blocks of heartbeats. All detectors get the same draws, so
 * that what is luck for one is luck for the other. Mistakes come in clusters; a block is longer
 * than they are.
 */
final class Experiment {
  private static final int DRAWS = 400;
  private static final double LOW = 0.025;
  private static final double HIGH = 0.975;

  /** How often the gap of a sweep that holds a wanted rate is halved. */
  private static final int FINER = 4;

  private final List<Fleet> fleets;
  private final List<Candidate> candidates;
  private final List<List<Curve>> curves;
  private final List<List<Blocks>> blocks;
  private final List<List<Stream>> owners;
  private final long seed;

  /** A figure and the interval that held it in 95 of 100 draws. */
  record Estimate(double value, double low, double high) {}

  /**
   * What was drawn.
   *
   * @param fleets which
   * @param times for each of them, how often each block counts
   */
  private record Draw(List<Integer> fleets, List<double[]> times) {}

  private Experiment(
      List<Fleet> fleets,
      List<Candidate> candidates,
      List<List<Curve>> curves,
      int blockBeats,
      long seed) {
    this.fleets = fleets;
    this.candidates = candidates;
    this.curves = curves;
    this.blocks = curves.stream().map(each -> each.stream().map(Blocks::new).toList()).toList();
    this.owners = fleets.stream().map(fleet -> owners(fleet, blockBeats)).toList();
    this.seed = seed;
  }

  /**
   * Runs every detector over every fleet.
   *
   * @param blockBeats heartbeats of a block
   * @param rates around which the knob is turned more finely
   * @param seed of the draws
   */
  static Experiment run(
      List<Fleet> fleets,
      List<Candidate> candidates,
      int blockBeats,
      List<Double> rates,
      long seed) {
    int n = candidates.size();
    List<Curve> all =
        IntStream.range(0, fleets.size() * n)
            .parallel()
            .mapToObj(i -> curve(fleets.get(i / n), candidates.get(i % n), blockBeats, rates))
            .toList();
    List<List<Curve>> curves =
        IntStream.range(0, fleets.size()).mapToObj(f -> all.subList(f * n, f * n + n)).toList();
    return new Experiment(fleets, candidates, curves, blockBeats, seed);
  }

  List<Fleet> fleets() {
    return fleets;
  }

  List<Candidate> candidates() {
    return candidates;
  }

  /** The curves of one fleet, in the order of the candidates. */
  List<Curve> curves(int fleet) {
    return curves.get(fleet);
  }

  /** Heartbeats that are counted, of all fleets together. */
  long beats() {
    return fleets.stream().mapToLong(Fleet::beats).sum();
  }

  /** The setting at which the detector makes mistakes at this rate on one fleet. */
  double knobAt(int fleet, String detector, double rate) {
    return curves.get(fleet).get(index(detector)).knobAt(rate).orElse(Double.NaN);
  }

  /** Mean detection time of the detector at this rate, in ms; NaN where no sweep reaches it. */
  Estimate detectionMillis(String detector, Predicate<Stream> part, double rate) {
    int d = index(detector);
    return estimate(draw -> detectionMillis(d, part, rate, draw));
  }

  /** The same without an interval. */
  double valueMillis(String detector, Predicate<Stream> part, double rate) {
    return detectionMillis(index(detector), part, rate, asItIs());
  }

  /** How much of the other one's detection time the detector takes, at this rate. */
  Estimate ratio(String detector, String other, Predicate<Stream> part, double rate) {
    int d = index(detector);
    int o = index(other);
    return estimate(
        draw -> detectionMillis(d, part, rate, draw) / detectionMillis(o, part, rate, draw));
  }

  /** The same ratio for each fleet alone. */
  List<Double> ratios(String detector, String other, Predicate<Stream> part, double rate) {
    return IntStream.range(0, fleets.size())
        .mapToObj(
            f -> {
              Draw alone = new Draw(List.of(f), List.of(ones(f)));
              return detectionMillis(index(detector), part, rate, alone)
                  / detectionMillis(index(other), part, rate, alone);
            })
        .toList();
  }

  /** Mean over the fleets of the best that a fixed timeout for each stream could do, in ms. */
  double hindsightMillis(String fixed, double rate) {
    return IntStream.range(0, fleets.size())
        .mapToDouble(
            f ->
                new Hindsight(curves.get(f).get(index(fixed)), owners.get(f))
                    .detectionMillisAt(rate))
        .average()
        .orElse(Double.NaN);
  }

  private int index(String detector) {
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.get(i).name().equals(detector)) {
        return i;
      }
    }
    throw new IllegalArgumentException("detector: " + detector + " (expected: one that ran)");
  }

  private double detectionMillis(int detector, Predicate<Stream> part, double rate, Draw draw) {
    double sum = 0;
    for (int i = 0; i < draw.fleets().size(); i++) {
      int fleet = draw.fleets().get(i);
      Blocks sums = blocks.get(fleet).get(detector);
      @Nullable Crossing crossing = sums.crossing(draw.times().get(i), rate);
      if (crossing == null) {
        return Double.NaN;
      }
      sum += sums.detectionMillis(crossing, of(part, fleet, draw.times().get(i)));
    }
    return sum / draw.fleets().size();
  }

  /** The same counts, for the blocks of a part only. */
  private double[] of(Predicate<Stream> part, int fleet, double[] times) {
    double[] some = times.clone();
    for (int block = 0; block < some.length; block++) {
      if (!part.test(owners.get(fleet).get(block))) {
        some[block] = 0;
      }
    }
    return some;
  }

  /** Everything once. */
  private Draw asItIs() {
    List<Integer> each = IntStream.range(0, fleets.size()).boxed().toList();
    return new Draw(each, each.stream().map(this::ones).toList());
  }

  private Estimate estimate(ToDoubleFunction<Draw> figure) {
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
        IntStream.range(0, fleets.size()).mapToObj(i -> random.nextInt(fleets.size())).toList();
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

  private static Curve curve(Fleet fleet, Candidate candidate, int blockBeats, List<Double> rates) {
    Sweep sweep = new Sweep(new Meter(blockBeats), fleet.sources());
    Curve curve = sweep.run(candidate);
    for (double rate : rates) {
      curve = sweep.refine(candidate, curve, rate, FINER);
    }
    return curve;
  }

  /** Whose each block is, in the order in which a sweep lists them. */
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
