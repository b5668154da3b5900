package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.RateTimePlot;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The mixed fleet: which detector is how fast at equal mistakes. Confined to one thread. */
final class FleetSection {
  private static final int SEEDS = 8;

  /** More lines than these no eye, and no palette, tells apart. */
  private static final Set<String> UNPLOTTED = Set.of(MixedFleet.DEAF, MixedFleet.BARE_PHI);

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
    return even;
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
