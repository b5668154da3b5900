package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.RateTimePlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The mixed fleet: which detector is how fast at equal mistakes. Confined to one thread. */
final class FleetSection {
  private static final int SEEDS = 8;

  /** More lines than these no eye, and no palette, tells apart. */
  private static final Set<String> UNPLOTTED = Set.of(MixedFleet.DEAF, MixedFleet.BARE_PHI);

  private static final String NFD2W = "nfd2w";

  /** What is nearer than this is called alike. */
  private static final double ALIKE_PERCENT = 3;

  private final Figures figures;

  FleetSection(Figures figures) {
    this.figures = figures;
  }

  /** Runs it; what comes of it is told with the other fleets, too. */
  Experiment run() {
    Experiment even =
        MixedFleet.experiment(Mix.EVEN, TcpFleet.LOST_AGAIN, SEEDS, MixedFleet.candidates());
    figures.put("fleet_seeds", "%d", SEEDS);
    figures.put("fleet_first_seed", "%d", MixedFleet.FIRST_SEED);
    figures.put("fleet_beats", "%,d", even.beats());
    figures.put("fleet_split", MixedFleet.split(Mix.EVEN));
    figures.put("fleet_again", "%.2f", TcpFleet.LOST_AGAIN);
    figures.put("fleet_times_3", FleetTables.times(even, 1e-3));
    figures.put("fleet_times_4", FleetTables.times(even, 1e-4));
    figures.put("fleet_targets", FleetTables.targets(even));
    figures.put("fleet_verdict", FleetTables.verdict(even));
    figures.put("fleet_ratio_3", FleetTables.ratio(even, MixedFleet.TAIL, MixedFleet.FIXED, 1e-3));
    figures.put("fleet_hindsight_ratio", FleetTables.hindsight(even, 1e-3));
    figures.put(
        "fleet_root_ratio", FleetTables.ratio(even, MixedFleet.ROOT, MixedFleet.FIXED, 1e-3));
    figures.put(
        "fleet_root_tail_3", FleetTables.ratio(even, MixedFleet.ROOT, MixedFleet.TAIL, 1e-3));
    figures.put(
        "fleet_root_ratio_4", FleetTables.ratio(even, MixedFleet.ROOT, MixedFleet.TAIL, 1e-4));
    figures.put("fleet_tail_k_3", "%.2f", even.knobAt(0, MixedFleet.TAIL, 1e-3));
    figures.put("fleet_tail_k_4", "%.1f", even.knobAt(0, MixedFleet.TAIL, 1e-4));
    figures.put("fleet_deaf", deaf(even));
    figures.put("fleet_rates", FleetTables.rates(even));
    figures.put("fleet_noted_phi", FleetTables.againstTheNotes(even));
    figures.put("fleet_noted_verdict", FleetTables.verdictAgainstTheNotes(even));
    conclude(even);
    return even;
  }

  /** Sentences that depend on what came out. */
  private void conclude(Experiment even) {
    figures.put("fleet_lines", lines(even));
    figures.put("fleet_transfer", transfer(even));
    figures.put("fleet_promise", "%.2f", FleetTables.PROMISED_TO_FIXED);
    figures.put("fleet_hindsight_verdict", hindsight(even));
    for (String detector : List.of(MixedFleet.FIXED, MixedFleet.TAIL)) {
      figures.put(
          "fleet_mobile_share_" + detector,
          "%.0f",
          100 * even.mistakesShare(detector, FleetTables.part(TcpFleet.MOBILE), 1e-3));
    }
  }

  /** Two lines of the plot that may look like one. */
  private static String lines(Experiment even) {
    double most = 0;
    for (double rate : MixedFleet.RATES) {
      double ratio =
          even.valueMillis(NFD2W, FleetTables::everywhere, rate)
              / even.valueMillis(MixedFleet.FIXED, FleetTables::everywhere, rate);
      most = Math.max(most, Math.abs(Notes.offPercent(ratio, 1)));
    }
    return Figures.format(
        most < ALIKE_PERCENT
            ? "The lines of `fixed` and `nfd2w` lie on each other: at both rates they are within"
                + " %.1f %%."
            : "At the two rates `nfd2w` is up to %.1f %% off `fixed`.",
        most);
  }

  private static String transfer(Experiment even) {
    Estimate lan = even.ratio(MixedFleet.TAIL, MixedFleet.FIXED, part(TcpFleet.LAN), 1e-3);
    Estimate mobile = even.ratio(MixedFleet.TAIL, MixedFleet.FIXED, part(TcpFleet.MOBILE), 1e-3);
    String ratios =
        Figures.format(
            "At 1e-3 LAN streams take %s of the time of `fixed`, mobile streams %s",
            Figures.ratio(lan), Figures.ratio(mobile));
    return ratios
        + (lan.high() < 1 && mobile.low() > 1
            ? ". The gain of `tail` is a transfer: streams that never stall are seen dead sooner,"
                + " and streams that often do are given more time than one timeout for all would"
                + " give them."
            : ".");
  }

  private static Predicate<Stream> part(String part) {
    return FleetTables.part(part);
  }

  /** What the promise asks of anybody. */
  private static String hindsight(Experiment even) {
    double ratio = FleetTables.hindsightRatio(even, 1e-3);
    double promised = FleetTables.PROMISED_TO_FIXED;
    if (Math.abs(ratio / promised - 1) * 100 < ALIKE_PERCENT) {
      return "is about what hindsight itself could win";
    }
    return ratio > promised
        ? "is more than hindsight itself could win"
        : "is less than hindsight could win";
  }

  private static String deaf(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (double rate : MixedFleet.RATES) {
      rows.add(
          List.of(
              Figures.format("%.0e", rate),
              millis(experiment, MixedFleet.TAIL, rate),
              millis(experiment, MixedFleet.DEAF, rate),
              FleetTables.ratio(experiment, MixedFleet.DEAF, MixedFleet.TAIL, rate)));
    }
    return Figures.table(List.of("at", "learns from all, ms", "deaf, ms", "ratio (95 %)"), rows);
  }

  private static String millis(Experiment experiment, String detector, double rate) {
    return Figures.millis(experiment.valueMillis(detector, FleetTables::everywhere, rate));
  }

  /** The text of the plot. */
  static String plot(Experiment experiment) {
    List<Curve> curves =
        experiment.curves(0).stream().filter(curve -> !UNPLOTTED.contains(curve.name())).toList();
    return RateTimePlot.of(
            "Mixed TCP fleet: detection time against mistakes",
            Figures.format(
                "32 streams, interval 1 s, %,d heartbeats, seed %d; one setting for all",
                experiment.fleets().get(0).beats(), MixedFleet.FIRST_SEED),
            curves)
        .text();
  }
}
