package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * What the research notes leave open of the mixed fleet, chosen by what they measured. Confined to
 * one thread.
 *
 * <p>The notes made such a fleet with two seeds and tell what {@code fixed} and {@code phi} took on
 * it. Which of the values tried comes nearest is decided by {@code fixed} alone, at both rates; phi
 * is a check, and whether it fails is told. {@code tail} does not run here: what it would gain by a
 * choice must not make it.
 */
final class CalibrationSection {
  private static final List<Double> TRIED =
      List.of(TcpFleet.INDEPENDENT, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5);

  private static final int SEEDS = 5;

  private final Figures figures;

  /** How far from the notes fixed is at each value, in percent. */
  private final SortedMap<Double, Double> off = new TreeMap<>();

  CalibrationSection(Figures figures) {
    this.figures = figures;
  }

  /**
   * One figure of the check.
   *
   * @param rate index in {@link MixedFleet#RATES}
   * @param noted the same of the notes
   */
  private record Check(String detector, String part, int rate, ToIntFunction<Notes> noted) {
    String name() {
      return format("`%s` at %.0e, %s", detector, MixedFleet.RATES.get(rate), part);
    }

    double is(Experiment experiment) {
      return experiment.valueMillis(detector, FleetTables.part(part), MixedFleet.RATES.get(rate));
    }

    double offPercent(Experiment experiment) {
      return Notes.offPercent(is(experiment), Notes.mean(noted));
    }

    String cell(Experiment experiment) {
      return format("%s (%+d)", Figures.millis(is(experiment)), Math.round(offPercent(experiment)));
    }

    String told(Experiment experiment) {
      return format("%s %+.0f (%.0f)", name(), offPercent(experiment), Notes.spreadPercent(noted));
    }
  }

  /**
   * Runs it. Fails where another value than the frozen one comes nearest.
   *
   * @return the fleets of independent losses and of the values that cannot be told from the frozen
   *     one, by value
   */
  SortedMap<Double, Experiment> run() {
    List<List<String>> rows = new ArrayList<>();
    SortedMap<Double, Experiment> kept = new TreeMap<>();
    for (double tried : TRIED) {
      Experiment experiment = MixedFleet.experiment(Mix.EVEN, tried, SEEDS, MixedFleet.reference());
      off.put(tried, offPercent(experiment));
      rows.add(row(experiment, tried));
      if (tried == TcpFleet.LOST_AGAIN) {
        check(experiment);
      } else if (tried == TcpFleet.INDEPENDENT || isWithinTheNotes(tried)) {
        kept.put(tried, experiment);
      }
    }
    double best = off.keySet().stream().min((a, b) -> Double.compare(off(a), off(b))).orElseThrow();
    if (best != TcpFleet.LOST_AGAIN) {
      throw new IllegalStateException(
          "lost again: " + best + " comes nearest (expected: " + TcpFleet.LOST_AGAIN + ")");
    }
    Notes.SEEDS.forEach(notes -> rows.add(row(notes)));
    figures.put("calibration", Figures.table(headings(), rows));
    figures.put("calibration_seeds", "%d", SEEDS);
    figures.put("calibration_off", "%.0f", off(best));
    figures.put("calibration_alike", alike());
    return kept;
  }

  private double off(double tried) {
    return off.getOrDefault(tried, Double.NaN);
  }

  /** No farther from the mean of the notes than one of their own seeds. */
  private boolean isWithinTheNotes(double tried) {
    return off(tried) <= Notes.spreadPercent(notes -> notes.fixed().get(0));
  }

  private String alike() {
    List<Double> alike = TRIED.stream().filter(this::isWithinTheNotes).toList();
    String spread =
        format(
            "the notes' own two seeds lie %.0f %% from their mean at %.0e and %.0f %% at %.0e",
            Notes.spreadPercent(notes -> notes.fixed().get(0)),
            MixedFleet.RATES.get(0),
            Notes.spreadPercent(notes -> notes.fixed().get(1)),
            MixedFleet.RATES.get(1));
    if (alike.size() < 2) {
      return "No other value is as near as the notes' seeds are to each other: " + spread + ".";
    }
    return format(
        "But `fixed` cannot tell %s apart: they are %s %% off, and %s.",
        listed(alike.stream().map(each -> format("%.2f", each)).toList()),
        listed(alike.stream().map(each -> format("%.0f", off(each))).toList()),
        spread);
  }

  private static String listed(List<String> each) {
    int last = each.size() - 1;
    return each.subList(0, last).stream().collect(Collectors.joining(", "))
        + " and "
        + each.get(last);
  }

  /** Whether phi is as near to the notes as their own seeds are. */
  private void check(Experiment experiment) {
    List<Check> failed =
        checks().stream()
            .filter(
                each -> Math.abs(each.offPercent(experiment)) > Notes.spreadPercent(each.noted()))
            .toList();
    String rule = "`phi` was not used for the choice and is a check of it. ";
    if (failed.isEmpty()) {
      figures.put(
          "calibration_check", rule + "It holds: phi is as near as the notes' seeds lie apart.");
      return;
    }
    figures.put(
        "calibration_check",
        rule
            + format(
                "**The check fails** at %d of %d figures, which are farther from the notes'"
                    + " mean than the notes' own seeds (percent; those of the notes' seeds in"
                    + " brackets): %s. ",
                failed.size(),
                checks().size(),
                failed.stream()
                    .map(each -> each.told(experiment))
                    .collect(Collectors.joining("; ")))
            + flattery(experiment)
            + " So this fleet is not that of the notes in all respects, and `fixed` alone does not"
            + " show it.");
  }

  /** What it does to the promises that phi takes as long here, in the form they may mean. */
  private static String flattery(Experiment experiment) {
    double off = checks().get(0).offPercent(experiment);
    return off > 0
        ? format(
            "At 1e-3 phi is %.0f %% slower here than there, which flatters `tail` in the rows"
                + " against phi; against the notes' own phi it stands as in the table above.",
            off)
        : format(
            "At 1e-3 phi is %.0f %% quicker here than there, which is hard on `tail` in the rows"
                + " against phi; against the notes' own phi it stands as in the table above.",
            -off);
  }

  /** In the order of the columns. */
  private static List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    for (String detector : List.of(MixedFleet.PHI, MixedFleet.OPEN_PHI)) {
      checks.add(new Check(detector, FleetTables.WHOLE, 0, notes -> notes.phi().get(0)));
      checks.add(new Check(detector, FleetTables.WHOLE, 1, notes -> notes.phi().get(1)));
      checks.add(new Check(detector, TcpFleet.LAN, 0, notes -> notes.lanPhi().get(0)));
    }
    return List.copyOf(checks);
  }

  /** Root of the mean square of how far, in logarithms, fixed is from the mean of the notes. */
  private static double offPercent(Experiment experiment) {
    double sum = 0;
    for (int i = 0; i < MixedFleet.RATES.size(); i++) {
      int column = i;
      double noted = Notes.mean(notes -> notes.fixed().get(column));
      double is =
          experiment.valueMillis(
              MixedFleet.FIXED, FleetTables::everywhere, MixedFleet.RATES.get(i));
      double off = StrictMath.log(is / noted);
      sum += off * off;
    }
    return 100 * Math.sqrt(sum / MixedFleet.RATES.size());
  }

  private static List<String> headings() {
    return List.of(
        "lost again",
        "`fixed` 1e-3",
        "1e-4",
        "off, %",
        "LAN: 1e-3",
        "`phi` 1e-3 (off, %)",
        "1e-4 (off, %)",
        "LAN: 1e-3 (off, %)",
        "`phi`, records all, 1e-3 (off, %)",
        "1e-4 (off, %)",
        "LAN: 1e-3 (off, %)");
  }

  private List<String> row(Experiment experiment, double tried) {
    List<String> row = new ArrayList<>();
    String name = tried == TcpFleet.INDEPENDENT ? "no more than ever" : format("%.2f", tried);
    row.add(tried == TcpFleet.LOST_AGAIN ? "**" + name + "**" : name);
    for (double rate : MixedFleet.RATES) {
      row.add(fixed(experiment, FleetTables.WHOLE, rate));
    }
    row.add(format("%.0f", off(tried)));
    row.add(fixed(experiment, TcpFleet.LAN, MixedFleet.RATES.get(0)));
    checks().forEach(check -> row.add(check.cell(experiment)));
    return row;
  }

  private static String fixed(Experiment experiment, String part, double rate) {
    return Figures.millis(experiment.valueMillis(MixedFleet.FIXED, FleetTables.part(part), rate));
  }

  private static List<String> row(Notes notes) {
    return List.of(
        notes.name(),
        format("%,d", notes.fixed().get(0)),
        format("%,d", notes.fixed().get(1)),
        "",
        format("%,d", notes.lanFixed().get(0)),
        format("%,d", notes.phi().get(0)),
        format("%,d", notes.phi().get(1)),
        format("%,d", notes.lanPhi().get(0)),
        "(not said which)",
        "",
        "");
  }

  private static String format(String form, Object... values) {
    return Figures.format(form, values);
  }
}
