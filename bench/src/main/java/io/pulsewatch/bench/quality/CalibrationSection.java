package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Meter.Learning;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the research notes leave open of the mixed fleet, chosen by what they measured. Confined to
 * one thread.
 *
 * <p>The notes made such a fleet with two seeds and tell what {@code fixed} and {@code phi} took on
 * it. Which of the values tried comes nearest is decided by {@code fixed} alone, at both rates; phi
 * is a check. {@code tail} does not run here: what it would gain by a choice must not make it.
 */
final class CalibrationSection {
  private static final List<Double> TRIED =
      List.of(TcpFleet.INDEPENDENT, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5);

  private static final int SEEDS = 5;

  /** Over two seeds of the notes, at the rates of {@link MixedFleet#RATES}. */
  private static final List<Reference> NOTES =
      List.of(
          new Reference("notes, seed 11", List.of(2285, 6179, 1918, 4732, 2220, 1562)),
          new Reference("notes, seed 12", List.of(1936, 5634, 1576, 4463, 1878, 1382)));

  private final Figures figures;

  CalibrationSection(Figures figures) {
    this.figures = figures;
  }

  /**
   * What the notes measured, in ms.
   *
   * @param millis whole fleet: fixed at 1e-3 and 1e-4, phi at both; LAN: fixed and phi at 1e-3
   */
  private record Reference(String name, List<Integer> millis) {}

  /** Runs it. Fails where another value than the frozen one comes nearest. */
  void run() {
    List<List<String>> rows = new ArrayList<>();
    double best = Double.NaN;
    double least = Double.POSITIVE_INFINITY;
    for (double tried : TRIED) {
      Experiment experiment = MixedFleet.experiment(Mix.EVEN, tried, SEEDS, candidates());
      double off = offPercent(experiment);
      if (off < least) {
        least = off;
        best = tried;
      }
      rows.add(row(experiment, tried, off));
    }
    if (best != TcpFleet.LOST_AGAIN) {
      throw new IllegalStateException(
          "lost again: " + best + " comes nearest (expected: " + TcpFleet.LOST_AGAIN + ")");
    }
    NOTES.forEach(reference -> rows.add(row(reference)));
    figures.put(
        "calibration",
        Figures.table(
            List.of(
                "lost again",
                "`fixed` 1e-3",
                "1e-4",
                "off, %",
                "`phi` 1e-3",
                "1e-4",
                "`phi`, records all, 1e-3",
                "1e-4",
                "LAN: `fixed` 1e-3",
                "`phi`",
                "records all"),
            rows));
    figures.put("calibration_seeds", "%d", SEEDS);
    figures.put("calibration_off", "%.0f", least);
  }

  private static List<Candidate> candidates() {
    return List.of(
        Candidates.fixed(TcpFleet.millis(TcpFleet.INTERVAL_MILLIS)),
        Candidates.phi(),
        Candidates.phi().named(MixedFleet.OPEN_PHI).learning(Learning.ALWAYS));
  }

  /** Root of the mean square of how far, in logarithms, fixed is from the mean of the notes. */
  private static double offPercent(Experiment experiment) {
    double sum = 0;
    for (int i = 0; i < MixedFleet.RATES.size(); i++) {
      int column = i;
      double noted =
          NOTES.stream().mapToDouble(each -> each.millis().get(column)).average().orElseThrow();
      double is =
          experiment.valueMillis(
              MixedFleet.FIXED, FleetTables::everywhere, MixedFleet.RATES.get(i));
      double off = StrictMath.log(is / noted);
      sum += off * off;
    }
    return 100 * Math.sqrt(sum / MixedFleet.RATES.size());
  }

  private static List<String> row(Experiment experiment, double tried, double off) {
    List<String> row = new ArrayList<>();
    String name = tried == TcpFleet.INDEPENDENT ? "no more than ever" : format("%.2f", tried);
    row.add(tried == TcpFleet.LOST_AGAIN ? "**" + name + "**" : name);
    Predicate<Stream> all = FleetTables::everywhere;
    row.addAll(both(experiment, MixedFleet.FIXED, all));
    row.add(format("%.0f", off));
    row.addAll(both(experiment, MixedFleet.PHI, all));
    row.addAll(both(experiment, MixedFleet.OPEN_PHI, all));
    for (Candidate candidate : experiment.candidates()) {
      Predicate<Stream> lan = stream -> stream.part().equals(TcpFleet.LAN);
      row.add(Figures.millis(experiment.valueMillis(candidate.name(), lan, 1e-3)));
    }
    return row;
  }

  private static List<String> both(Experiment experiment, String detector, Predicate<Stream> part) {
    return MixedFleet.RATES.stream()
        .map(rate -> Figures.millis(experiment.valueMillis(detector, part, rate)))
        .toList();
  }

  private static List<String> row(Reference reference) {
    List<String> m = reference.millis().stream().map(each -> format("%,d", each)).toList();
    return List.of(
        reference.name(),
        m.get(0),
        m.get(1),
        "",
        m.get(2),
        m.get(3),
        "(not said which)",
        "",
        m.get(4),
        m.get(5),
        "");
  }

  private static String format(String form, Object... values) {
    return Figures.format(form, values);
  }
}
