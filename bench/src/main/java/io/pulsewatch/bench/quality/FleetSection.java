package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.cli.replay.RateTimePlot;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/** The mixed fleets: which detector is how fast at equal mistakes. Confined to one thread. */
final class FleetSection {
  static final String TAIL = "tail";
  static final String DEAF = "tail, deaf";
  static final String ROOT = "root tail";
  static final String FIXED = "fixed";
  static final String PHI = "phi";
  static final String BARE_PHI = "phi, no floor";

  private static final int BEATS = 38_000;
  private static final int WARM_UP = 2_000;
  private static final int BLOCK_BEATS = 2_000;
  private static final long FIRST_SEED = 11;
  private static final int SEEDS = 8;
  private static final int SEEDS_OF_OTHER_MIXES = 5;
  private static final long DRAWS_SEED = 4;
  private static final List<Double> RATES = List.of(1e-3, 1e-4);

  /** From many mistakes to few. */
  private static final List<Double> MANY_RATES = List.of(1e-2, 3e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4);

  private static final List<Mix> OTHER_MIXES = List.of(new Mix(20, 6), new Mix(6, 10));

  private final Figures figures;

  FleetSection(Figures figures) {
    this.figures = figures;
  }

  /** Runs it all; returns the text of the plot. */
  String run() {
    Experiment even = experiment(Mix.EVEN, SEEDS);
    figures.put("fleet_seeds", "%d", SEEDS);
    figures.put("fleet_first_seed", "%d", FIRST_SEED);
    figures.put("fleet_beats", "%,d", even.beats());
    figures.put("fleet_split", split(Mix.EVEN));
    figures.put("fleet_times_3", times(even, 1e-3));
    figures.put("fleet_times_4", times(even, 1e-4));
    figures.put("fleet_targets", targets(even));
    figures.put(
        "fleet_hindsight_ratio",
        "%.2f",
        even.hindsightMillis(FIXED, 1e-3)
            / even.detectionMillis(FIXED, FleetSection::everywhere, 1e-3).value());
    figures.put(
        "fleet_root_ratio", Figures.ratio(even.ratio(ROOT, FIXED, FleetSection::everywhere, 1e-3)));
    figures.put(
        "fleet_root_ratio_4",
        Figures.ratio(even.ratio(ROOT, TAIL, FleetSection::everywhere, 1e-4)));
    figures.put("fleet_tail_k_3", "%.2f", even.knobAt(0, TAIL, 1e-3));
    figures.put("fleet_tail_k_4", "%.1f", even.knobAt(0, TAIL, 1e-4));
    figures.put("fleet_deaf", deaf(even));
    figures.put("fleet_rates", rates(even));
    figures.put("fleet_mixes", mixes(even));
    return plot(even);
  }

  private static Experiment experiment(Mix mix, int seeds) {
    List<Fleet> fleets =
        LongStream.range(FIRST_SEED, FIRST_SEED + seeds)
            .mapToObj(seed -> new Fleet("seed " + seed, TcpFleet.of(seed, mix, BEATS), WARM_UP))
            .toList();
    return Experiment.run(fleets, candidates(), BLOCK_BEATS, RATES, DRAWS_SEED);
  }

  private static List<Candidate> candidates() {
    long interval = TcpFleet.millis(TcpFleet.INTERVAL_MILLIS);
    return List.of(
        Candidates.tail(Profile.LAN, Learning.ALWAYS),
        Candidates.fixed(interval),
        Candidates.phi(),
        Candidates.phiExponential(),
        Candidates.nfd2w(interval),
        Candidates.phi(BARE_PHI, interval),
        RootTail.candidate(Profile.LAN),
        Candidates.tail(Profile.LAN, Learning.NOT_FROM_SUSPICIONS).named(DEAF));
  }

  private static boolean everywhere(Stream stream) {
    return true;
  }

  private static Predicate<Stream> in(String part) {
    return stream -> stream.part().equals(part);
  }

  private static String split(Mix mix) {
    return Figures.format("%d LAN, %d WAN, %d mobile", mix.lan(), mix.wan(), mix.mobile());
  }

  private static String times(Experiment experiment, double rate) {
    List<List<String>> rows = new ArrayList<>();
    for (Candidate candidate : experiment.candidates()) {
      String name = candidate.name();
      if (name.equals(DEAF)) {
        continue;
      }
      List<String> row = new ArrayList<>();
      row.add(name);
      Estimate all = experiment.detectionMillis(name, FleetSection::everywhere, rate);
      row.add(
          Double.isFinite(all.low())
              ? Figures.format("%,.0f (%,.0f .. %,.0f)", all.value(), all.low(), all.high())
              : Figures.millis(all.value()));
      for (String part : TcpFleet.PARTS) {
        row.add(Figures.millis(experiment.detectionMillis(name, in(part), rate).value()));
      }
      double knob = experiment.knobAt(0, name, rate);
      row.add(Double.isFinite(knob) ? candidate.setting(knob) : "-");
      rows.add(row);
    }
    rows.add(
        List.of(
            "*a fixed timeout for each stream, in hindsight*",
            Figures.millis(experiment.hindsightMillis(FIXED, rate)),
            "",
            "",
            "",
            ""));
    return Figures.table(
        List.of("T_D, ms", "whole fleet", "LAN", "WAN", "mobile", "knob, first seed"), rows);
  }

  private static String targets(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    target(rows, experiment, "whole fleet", FleetSection::everywhere, FIXED, 1e-3, 0.80);
    target(rows, experiment, "whole fleet", FleetSection::everywhere, PHI, 1e-3, 0.95);
    target(rows, experiment, "LAN", in(TcpFleet.LAN), FIXED, 1e-3, 0.60);
    target(rows, experiment, "LAN", in(TcpFleet.LAN), PHI, 1e-3, 0.85);
    target(rows, experiment, "whole fleet", FleetSection::everywhere, FIXED, 1e-4, 0.80);
    target(rows, experiment, "whole fleet", FleetSection::everywhere, PHI, 1e-4, 1.03);
    target(rows, experiment, "LAN", in(TcpFleet.LAN), FIXED, 1e-4, 0.60);
    target(rows, experiment, "LAN", in(TcpFleet.LAN), PHI, 1e-4, 0.85);
    return Figures.table(
        List.of("at", "T_D of", "tail against", "promised", "is (95 %)", "least .. most seed", ""),
        rows);
  }

  private static void target(
      List<List<String>> rows,
      Experiment experiment,
      String where,
      Predicate<Stream> part,
      String other,
      double rate,
      double promised) {
    Estimate ratio = experiment.ratio(TAIL, other, part, rate);
    List<Double> each = experiment.ratios(TAIL, other, part, rate);
    rows.add(
        List.of(
            Figures.format("%.0e", rate),
            where,
            other,
            Figures.format("<= %.2f", promised),
            Figures.ratio(ratio),
            Figures.format(
                "%.2f .. %.2f",
                each.stream().mapToDouble(x -> x).min().orElse(Double.NaN),
                each.stream().mapToDouble(x -> x).max().orElse(Double.NaN)),
            Figures.verdict(ratio, promised)));
  }

  private static String deaf(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (double rate : RATES) {
      rows.add(
          List.of(
              Figures.format("%.0e", rate),
              Figures.millis(
                  experiment.detectionMillis(TAIL, FleetSection::everywhere, rate).value()),
              Figures.millis(
                  experiment.detectionMillis(DEAF, FleetSection::everywhere, rate).value()),
              Figures.ratio(experiment.ratio(DEAF, TAIL, FleetSection::everywhere, rate))));
    }
    return Figures.table(List.of("at", "learns from all, ms", "deaf, ms", "ratio (95 %)"), rows);
  }

  private static String rates(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (double rate : MANY_RATES) {
      rows.add(
          List.of(
              Figures.format("%.0e", rate),
              Figures.millis(
                  experiment.detectionMillis(FIXED, FleetSection::everywhere, rate).value()),
              Figures.ratio(experiment.ratio(TAIL, FIXED, FleetSection::everywhere, rate)),
              Figures.ratio(experiment.ratio(TAIL, PHI, FleetSection::everywhere, rate)),
              Figures.ratio(experiment.ratio(TAIL, FIXED, in(TcpFleet.LAN), rate)),
              Figures.ratio(experiment.ratio(ROOT, FIXED, FleetSection::everywhere, rate))));
    }
    return Figures.table(
        List.of(
            "at",
            "fixed, ms",
            "tail / fixed",
            "tail / phi",
            "LAN: tail / fixed",
            "root tail / fixed"),
        rows);
  }

  private static String mixes(Experiment even) {
    List<List<String>> rows = new ArrayList<>();
    mix(rows, Mix.EVEN, even);
    for (Mix mix : OTHER_MIXES) {
      mix(rows, mix, experiment(mix, SEEDS_OF_OTHER_MIXES));
    }
    return Figures.table(
        List.of(
            "fleet",
            "at",
            "tail / fixed",
            "tail / phi",
            "LAN: tail / fixed",
            "root tail / fixed",
            "hindsight / fixed"),
        rows);
  }

  private static void mix(List<List<String>> rows, Mix mix, Experiment experiment) {
    for (double rate : RATES) {
      rows.add(
          List.of(
              split(mix),
              Figures.format("%.0e", rate),
              Figures.ratio(experiment.ratio(TAIL, FIXED, FleetSection::everywhere, rate)),
              Figures.ratio(experiment.ratio(TAIL, PHI, FleetSection::everywhere, rate)),
              Figures.ratio(experiment.ratio(TAIL, FIXED, in(TcpFleet.LAN), rate)),
              Figures.ratio(experiment.ratio(ROOT, FIXED, FleetSection::everywhere, rate)),
              Figures.format(
                  "%.2f",
                  experiment.hindsightMillis(FIXED, rate)
                      / experiment
                          .detectionMillis(FIXED, FleetSection::everywhere, rate)
                          .value())));
    }
  }

  private static String plot(Experiment experiment) {
    List<Curve> curves =
        experiment.curves(0).stream().filter(curve -> !curve.name().equals(DEAF)).toList();
    return RateTimePlot.of(
            "Mixed TCP fleet: detection time against mistakes",
            Figures.format(
                "32 streams, interval 1 s, %,d heartbeats, seed %d; one setting for all",
                experiment.fleets().get(0).beats(), FIRST_SEED),
            curves)
        .text();
  }
}
