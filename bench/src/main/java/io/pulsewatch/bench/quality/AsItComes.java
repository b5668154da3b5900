package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Bootstrap.Draw;
import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Sweep;
import io.pulsewatch.cli.replay.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What one detector does at one setting, on fleets of several seeds. Immutable. */
final class AsItComes {
  private static final int BLOCK_BEATS = 2_000;
  private static final long DRAWS_SEED = 7;

  private final Bootstrap bootstrap;
  private final List<List<Tally>> blocks;

  AsItComes(List<Fleet> fleets, Candidate candidate) {
    bootstrap = new Bootstrap(fleets, BLOCK_BEATS, DRAWS_SEED);
    blocks =
        fleets.parallelStream()
            .map(
                fleet ->
                    new Sweep(new Meter(BLOCK_BEATS), fleet.sources()).point(candidate, 1).blocks())
            .toList();
  }

  /** A metric of all heartbeats together, with its interval. */
  Estimate estimate(ToDoubleFunction<Tally> metric) {
    return bootstrap.estimate(draw -> metric.applyAsDouble(sum(draw)));
  }

  /** The same without an interval. */
  double value(ToDoubleFunction<Tally> metric) {
    return metric.applyAsDouble(sum(bootstrap.asItIs()));
  }

  /** The metric of each stream alone. */
  List<Double> ofEachStream(ToDoubleFunction<Tally> metric) {
    List<Double> each = new ArrayList<>();
    for (int fleet = 0; fleet < blocks.size(); fleet++) {
      List<Stream> owners = bootstrap.owners(fleet);
      int begin = 0;
      while (begin < owners.size()) {
        int end = owners.lastIndexOf(owners.get(begin)) + 1;
        each.add(metric.applyAsDouble(Tally.sum(blocks.get(fleet).subList(begin, end))));
        begin = end;
      }
    }
    return List.copyOf(each);
  }

  private Tally sum(Draw draw) {
    double beats = 0;
    double detection = 0;
    double mistakes = 0;
    double mistaken = 0;
    double trusted = 0;
    double watched = 0;
    for (int i = 0; i < draw.fleets().size(); i++) {
      List<Tally> drawn = blocks.get(draw.fleets().get(i));
      double[] times = draw.times().get(i);
      for (int block = 0; block < times.length; block++) {
        Tally tally = drawn.get(block);
        beats += times[block] * tally.beats();
        detection += times[block] * tally.detectionNanos();
        mistakes += times[block] * tally.mistakes();
        mistaken += times[block] * tally.mistakeNanos();
        trusted += times[block] * tally.trustedNanos();
        watched += times[block] * tally.watchedNanos();
      }
    }
    return new Tally(
        Math.round(beats), detection, Math.round(mistakes), mistaken, trusted, watched);
  }
}
