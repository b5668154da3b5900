package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import java.util.ArrayList;
import java.util.List;

/**
 * Fleets that are made otherwise: with losses that do not depend on each other, and of other parts.
 * Confined to one thread.
 */
final class OtherFleetsSection {
  private static final int SEEDS = 5;
  private static final List<Mix> OTHER_MIXES = List.of(new Mix(20, 6), new Mix(6, 10));

  private final Figures figures;

  OtherFleetsSection(Figures figures) {
    this.figures = figures;
  }

  /**
   * Runs them.
   *
   * @param even the fleet of {@link FleetSection}
   */
  void run(Experiment even) {
    Experiment independent =
        MixedFleet.experiment(Mix.EVEN, TcpFleet.INDEPENDENT, SEEDS, MixedFleet.thePromised());
    figures.put("independent_seeds", "%d", SEEDS);
    figures.put("independent_times", FleetTables.times(independent, 1e-3));
    figures.put("independent_targets", FleetTables.targets(independent));
    figures.put("independent_verdict", FleetTables.verdict(independent));
    figures.put("independent_rates", FleetTables.rates(independent));
    figures.put("fleet_mixes", mixes(even));
  }

  private static String mixes(Experiment even) {
    List<List<String>> rows = new ArrayList<>();
    mix(rows, Mix.EVEN, even);
    for (Mix mix : OTHER_MIXES) {
      mix(
          rows,
          mix,
          MixedFleet.experiment(mix, TcpFleet.LOST_AGAIN, SEEDS, MixedFleet.thePromised()));
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
    for (double rate : MixedFleet.RATES) {
      List<String> row = new ArrayList<>(List.of(MixedFleet.split(mix), format(rate)));
      row.addAll(FleetTables.ratios(experiment, rate));
      row.add(FleetTables.hindsight(experiment, rate));
      rows.add(row);
    }
  }

  private static String format(double rate) {
    return Figures.format("%.0e", rate);
  }
}
