package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.RateTimePlot;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** One stream of datagrams between continents. Confined to one thread. */
final class JaistSection {
  private static final int BEATS = 300_000;
  private static final int WARM_UP = 2_000;
  private static final int BLOCK_BEATS = 5_000;
  private static final long FIRST_SEED = 21;
  private static final int SEEDS = 5;
  private static final long DRAWS_SEED = 5;
  private static final double PROMISED = 1.03;
  private static final List<Double> RATES = List.of(1e-3, 1e-4);

  private final Figures figures;

  JaistSection(Figures figures) {
    this.figures = figures;
  }

  /** Runs it; returns the text of the plot. */
  String run() {
    List<Fleet> fleets =
        LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
            .mapToObj(seed -> new Fleet("seed " + seed, JaistStream.of(seed, BEATS), WARM_UP))
            .toList();
    List<Candidate> candidates =
        Candidates.all(TcpFleet.millis(JaistStream.INTERVAL_MILLIS), Profile.WAN);
    Experiment experiment = Experiment.run(fleets, candidates, BLOCK_BEATS, RATES, DRAWS_SEED);
    figures.put("jaist_seeds", "%d", SEEDS);
    figures.put("jaist_beats", "%,d", experiment.beats());
    figures.put("jaist_times", times(experiment));
    return RateTimePlot.of(
            "One stream between continents: detection time against mistakes",
            Figures.format(
                "JAIST-like, interval 103.5 ms, %,d heartbeats, seed %d",
                experiment.fleets().get(0).beats(), FIRST_SEED),
            experiment.curves(0))
        .text();
  }

  private static String times(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (double rate : RATES) {
      String best = best(experiment, rate);
      for (Candidate candidate : experiment.candidates()) {
        Estimate time = experiment.detectionMillis(candidate.name(), stream -> true, rate);
        Estimate ratio = experiment.ratio(candidate.name(), best, stream -> true, rate);
        rows.add(
            List.of(
                Figures.format("%.0e", rate),
                candidate.name(),
                Figures.format("%,.0f (%,.0f .. %,.0f)", time.value(), time.low(), time.high()),
                Figures.ratio(ratio),
                candidate.name().equals(MixedFleet.TAIL)
                    ? Figures.format("<= %.2f: %s", PROMISED, Figures.verdict(ratio, PROMISED))
                    : ""));
      }
    }
    return Figures.table(
        List.of("at", "detector", "T_D, ms (95 %)", "to the best of fixed and nfd2w", "promised"),
        rows);
  }

  private static String best(Experiment experiment, double rate) {
    double fixed = experiment.detectionMillis("fixed", stream -> true, rate).value();
    double nfd2w = experiment.detectionMillis("nfd2w", stream -> true, rate).value();
    return fixed <= nfd2w ? "fixed" : "nfd2w";
  }
}
