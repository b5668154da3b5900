package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Bootstrap.Draw;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Crossing;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Sweep;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Detectors on fleets of several seeds, compared where they make equally many mistakes. Immutable.
 *
 * <p>One value of a knob holds for a whole fleet. The rate of mistakes is that of the fleet; the
 * detection time may be that of a part of it, at the same value.
 *
 * <p>Intervals are of a {@link Bootstrap}.
 */
final class Experiment {
  /** How often the gap of a sweep that holds a wanted rate is halved. */
  private static final int FINER = 4;

  private final List<Fleet> fleets;
  private final List<Candidate> candidates;
  private final List<List<Curve>> curves;
  private final List<List<Blocks>> blocks;
  private final Bootstrap bootstrap;
  private final Settings settings;

  /** A figure and the interval that held it in 95 of 100 draws. */
  record Estimate(double value, double low, double high) {}

  /**
   * How it is run.
   *
   * @param blockBeats heartbeats of a block
   * @param rates around which the knob is turned more finely
   * @param seed of the draws
   */
  private record Settings(int blockBeats, List<Double> rates, long seed) {}

  private Experiment(
      List<Fleet> fleets, List<Candidate> candidates, List<List<Curve>> curves, Settings settings) {
    this.fleets = fleets;
    this.candidates = candidates;
    this.curves = curves;
    this.blocks = curves.stream().map(each -> each.stream().map(Blocks::new).toList()).toList();
    this.bootstrap = new Bootstrap(fleets, settings.blockBeats(), settings.seed());
    this.settings = settings;
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
    Settings settings = new Settings(blockBeats, List.copyOf(rates), seed);
    return new Experiment(fleets, candidates, curves(fleets, candidates, settings), settings);
  }

  /** The same fleets, with more who run on them. */
  Experiment with(List<Candidate> more) {
    List<List<Curve>> added = curves(fleets, more, settings);
    return new Experiment(
        fleets,
        java.util.stream.Stream.concat(candidates.stream(), more.stream()).toList(),
        IntStream.range(0, fleets.size())
            .mapToObj(
                f ->
                    java.util.stream.Stream.concat(curves.get(f).stream(), added.get(f).stream())
                        .toList())
            .toList(),
        settings);
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
    return bootstrap.estimate(draw -> detectionMillis(d, part, rate, draw));
  }

  /** The same without an interval. */
  double valueMillis(String detector, Predicate<Stream> part, double rate) {
    return detectionMillis(index(detector), part, rate, bootstrap.asItIs());
  }

  /** How much of the other one's detection time the detector takes, at this rate. */
  Estimate ratio(String detector, String other, Predicate<Stream> part, double rate) {
    int d = index(detector);
    int o = index(other);
    return bootstrap.estimate(
        draw -> detectionMillis(d, part, rate, draw) / detectionMillis(o, part, rate, draw));
  }

  /** The same ratio for each fleet alone. */
  List<Double> ratios(String detector, String other, Predicate<Stream> part, double rate) {
    return IntStream.range(0, fleets.size())
        .mapToObj(
            f -> {
              Draw alone = bootstrap.alone(f);
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
                new Hindsight(curves.get(f).get(index(fixed)), bootstrap.owners(f))
                    .detectionMillisAt(rate))
        .average()
        .orElse(Double.NaN);
  }

  /** Which share of the detector's mistakes at this rate happens in a part; over the fleets. */
  double mistakesShare(String detector, Predicate<Stream> part, double rate) {
    return IntStream.range(0, fleets.size())
        .mapToDouble(
            f -> {
              double[] all = bootstrap.alone(f).times().get(0);
              Blocks sums = blocks.get(f).get(index(detector));
              @Nullable Crossing crossing = sums.crossing(all, rate);
              return crossing == null
                  ? Double.NaN
                  : sums.mistakes(crossing, of(part, f, all)) / sums.mistakes(crossing, all);
            })
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
      if (!part.test(bootstrap.owners(fleet).get(block))) {
        some[block] = 0;
      }
    }
    return some;
  }

  private static List<List<Curve>> curves(
      List<Fleet> fleets, List<Candidate> candidates, Settings settings) {
    int n = candidates.size();
    List<Curve> all =
        IntStream.range(0, fleets.size() * n)
            .parallel()
            .mapToObj(i -> curve(fleets.get(i / n), candidates.get(i % n), settings))
            .toList();
    return IntStream.range(0, fleets.size()).mapToObj(f -> all.subList(f * n, f * n + n)).toList();
  }

  private static Curve curve(Fleet fleet, Candidate candidate, Settings settings) {
    Sweep sweep = new Sweep(new Meter(settings.blockBeats()), fleet.sources());
    Curve curve = sweep.run(candidate);
    for (double rate : settings.rates()) {
      curve = sweep.refine(candidate, curve, rate, FINER);
    }
    return curve;
  }
}
