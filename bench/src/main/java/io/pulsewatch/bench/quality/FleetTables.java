package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.cli.replay.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** The tables that are made of every mixed fleet. Stateless. */
final class FleetTables {
  /** From many mistakes to few. */
  private static final List<Double> MANY_RATES = List.of(1e-2, 3e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4);

  /** Instead of a part. */
  static final String WHOLE = "whole fleet";

  /** What was promised of the whole fleet against fixed. */
  static final double PROMISED_TO_FIXED = 0.80;

  private FleetTables() {}

  /**
   * What was promised of the detection time of {@code tail}.
   *
   * @param where a part, or {@link #WHOLE}
   * @param other whom it is compared with
   * @param rate mistakes of either
   * @param ratio at most
   */
  private record Promise(
      String where, Predicate<Stream> part, String other, double rate, double ratio) {
    boolean isOfNotedPhi() {
      return other.equals(MixedFleet.PHI);
    }

    ToIntFunction<Notes> notedPhi() {
      int column = MixedFleet.RATES.indexOf(rate);
      return notes -> (where.equals(WHOLE) ? notes.phi() : notes.lanPhi()).get(column);
    }
  }

  static boolean everywhere(Stream stream) {
    return true;
  }

  /** The streams of a part, or of {@link #WHOLE}. */
  static Predicate<Stream> part(String where) {
    return where.equals(WHOLE) ? FleetTables::everywhere : in(where);
  }

  private static Predicate<Stream> in(String part) {
    return stream -> stream.part().equals(part);
  }

  /** How long each detector takes, in the whole fleet and in its parts. */
  static String times(Experiment experiment, double rate) {
    List<List<String>> rows = new ArrayList<>();
    for (Candidate candidate : experiment.candidates()) {
      String name = candidate.name();
      if (name.equals(MixedFleet.DEAF)) {
        continue;
      }
      List<String> row = new ArrayList<>();
      row.add(name);
      Estimate all = experiment.detectionMillis(name, FleetTables::everywhere, rate);
      row.add(
          Double.isFinite(all.low())
              ? Figures.format("%,.0f (%,.0f .. %,.0f)", all.value(), all.low(), all.high())
              : Figures.millis(all.value()));
      for (String part : TcpFleet.PARTS) {
        row.add(Figures.millis(experiment.valueMillis(name, in(part), rate)));
      }
      double knob = experiment.knobAt(0, name, rate);
      row.add(Double.isFinite(knob) ? candidate.setting(knob) : "-");
      rows.add(row);
    }
    rows.add(
        List.of(
            "*a fixed timeout for each stream, in hindsight*",
            Figures.millis(experiment.hindsightMillis(MixedFleet.FIXED, rate)),
            "",
            "",
            "",
            ""));
    return Figures.table(
        List.of("T_D, ms", "whole fleet", "LAN", "WAN", "mobile", "knob, first seed"), rows);
  }

  /** Every promise, and whether it is kept. */
  static String targets(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (Promise promise : promises()) {
      Estimate ratio = ratio(experiment, promise);
      List<Double> each =
          experiment.ratios(MixedFleet.TAIL, promise.other(), promise.part(), promise.rate());
      rows.add(
          List.of(
              Figures.format("%.0e", promise.rate()),
              promise.where(),
              promise.other(),
              Figures.format("<= %.2f", promise.ratio()),
              Figures.ratio(ratio),
              Figures.format(
                  "%.2f .. %.2f",
                  each.stream().mapToDouble(x -> x).min().orElse(Double.NaN),
                  each.stream().mapToDouble(x -> x).max().orElse(Double.NaN)),
              Figures.verdict(ratio, promise.ratio())));
    }
    return Figures.table(
        List.of("at", "T_D of", "tail against", "promised", "is (95 %)", "least .. most seed", ""),
        rows);
  }

  /** The same in a few words. */
  static String verdict(Experiment experiment) {
    List<Promise> promises = promises();
    long met = met(experiment);
    long missed =
        promises.stream()
            .filter(each -> !(ratio(experiment, each).value() <= each.ratio()))
            .count();
    long open = promises.size() - met - missed;
    if (met == promises.size()) {
      return Figures.format("all %d are met", met);
    }
    return Figures.format("%d of %d are met", met, promises.size())
        + (open > 0 ? Figures.format(", %d not beyond chance", open) : "")
        + (missed > 0 ? Figures.format(", **MISSED: %d**", missed) : "");
  }

  /** How many promises the whole interval keeps. */
  static long met(Experiment experiment) {
    return promises().stream()
        .filter(each -> ratio(experiment, each).high() <= each.ratio())
        .count();
  }

  /** The promises against phi, with what the notes measured of phi in place of ours. */
  static String againstTheNotes(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (Promise promise : promises()) {
      if (promise.isOfNotedPhi()) {
        Estimate ratio = toNotedPhi(experiment, promise);
        rows.add(
            List.of(
                Figures.format("%.0e", promise.rate()),
                promise.where(),
                Figures.millis(
                    experiment.valueMillis(MixedFleet.TAIL, promise.part(), promise.rate())),
                Figures.millis(
                    experiment.valueMillis(MixedFleet.PHI, promise.part(), promise.rate())),
                Figures.millis(Notes.mean(promise.notedPhi())),
                Figures.format("<= %.2f", promise.ratio()),
                Figures.ratio(ratio),
                Figures.verdict(ratio, promise.ratio())));
      }
    }
    return Figures.table(
        List.of(
            "at",
            "T_D, ms, of",
            "tail",
            "phi",
            "phi in the notes",
            "promised",
            "tail / phi in the notes",
            ""),
        rows);
  }

  /** The same in a few words. */
  static String verdictAgainstTheNotes(Experiment experiment) {
    List<Promise> noted = promises().stream().filter(Promise::isOfNotedPhi).toList();
    long met =
        noted.stream().filter(each -> toNotedPhi(experiment, each).high() <= each.ratio()).count();
    return Figures.format(
        "%s%d of these %d are met", met < noted.size() ? "Only " : "", met, noted.size());
  }

  private static Estimate toNotedPhi(Experiment experiment, Promise promise) {
    Estimate tail = experiment.detectionMillis(MixedFleet.TAIL, promise.part(), promise.rate());
    double noted = Notes.mean(promise.notedPhi());
    return new Estimate(tail.value() / noted, tail.low() / noted, tail.high() / noted);
  }

  /** What becomes of the promises where what is sent again is lost again more or less often. */
  static String otherReadings(SortedMap<Double, Experiment> readings) {
    double rate = MixedFleet.RATES.get(0);
    List<List<String>> rows = new ArrayList<>();
    readings.forEach(
        (again, experiment) -> {
          String name =
              again == TcpFleet.INDEPENDENT ? "no more than ever" : Figures.format("%.2f", again);
          rows.add(
              List.of(
                  again == TcpFleet.LOST_AGAIN ? "**" + name + "**" : name,
                  Figures.format("%d", experiment.fleets().size()),
                  Figures.format("%d of %d", met(experiment), promises().size()),
                  ratio(experiment, MixedFleet.TAIL, MixedFleet.FIXED, rate),
                  ratio(experiment, MixedFleet.TAIL, MixedFleet.PHI, rate),
                  ratio(experiment, MixedFleet.TAIL, MixedFleet.OPEN_PHI, rate)));
        });
    return Figures.table(
        List.of(
            "lost again",
            "seeds",
            "promises met",
            "tail / fixed at 1e-3",
            "tail / phi",
            "tail / phi, records all"),
        rows);
  }

  private static Estimate ratio(Experiment experiment, Promise promise) {
    return experiment.ratio(MixedFleet.TAIL, promise.other(), promise.part(), promise.rate());
  }

  /**
   * Which of the two rules phi's promises mean is not said, so it has to keep them against both.
   */
  private static List<Promise> promises() {
    List<Promise> promises = new ArrayList<>();
    for (double rate : List.of(1e-3, 1e-4)) {
      double phi = rate == 1e-3 ? 0.95 : 1.03;
      String all = WHOLE;
      Predicate<Stream> lan = in(TcpFleet.LAN);
      promises.add(
          new Promise(all, FleetTables::everywhere, MixedFleet.FIXED, rate, PROMISED_TO_FIXED));
      promises.add(new Promise(all, FleetTables::everywhere, MixedFleet.PHI, rate, phi));
      promises.add(new Promise(all, FleetTables::everywhere, MixedFleet.OPEN_PHI, rate, phi));
      promises.add(new Promise(TcpFleet.LAN, lan, MixedFleet.FIXED, rate, 0.60));
      promises.add(new Promise(TcpFleet.LAN, lan, MixedFleet.PHI, rate, 0.85));
      promises.add(new Promise(TcpFleet.LAN, lan, MixedFleet.OPEN_PHI, rate, 0.85));
    }
    return List.copyOf(promises);
  }

  /** How {@code tail} and its variation compare, at rates from many mistakes to few. */
  static String rates(Experiment experiment) {
    List<List<String>> rows = new ArrayList<>();
    for (double rate : MANY_RATES) {
      double fixed = experiment.valueMillis(MixedFleet.FIXED, FleetTables::everywhere, rate);
      List<String> row =
          new ArrayList<>(List.of(Figures.format("%.0e", rate), Figures.millis(fixed)));
      row.addAll(ratios(experiment, rate));
      rows.add(row);
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

  /** Tail to fixed, tail to phi, tail to fixed in the LAN, root tail to fixed. */
  static List<String> ratios(Experiment experiment, double rate) {
    return List.of(
        ratio(experiment, MixedFleet.TAIL, MixedFleet.FIXED, rate),
        ratio(experiment, MixedFleet.TAIL, MixedFleet.PHI, rate),
        Figures.ratio(experiment.ratio(MixedFleet.TAIL, MixedFleet.FIXED, in(TcpFleet.LAN), rate)),
        ratio(experiment, MixedFleet.ROOT, MixedFleet.FIXED, rate));
  }

  /** Over the whole fleet. */
  static String ratio(Experiment experiment, String detector, String other, double rate) {
    return Figures.ratio(experiment.ratio(detector, other, FleetTables::everywhere, rate));
  }

  /** Which of three it is: surely less than 1, surely more, or neither. */
  static String word(Estimate ratio, String less, String more, String neither) {
    return ratio.high() < 1 ? less : ratio.low() > 1 ? more : neither;
  }

  /** What the best fixed timeout for each stream takes of that of one for all. */
  static String hindsight(Experiment experiment, double rate) {
    return Figures.format("%.2f", hindsightRatio(experiment, rate));
  }

  static double hindsightRatio(Experiment experiment, double rate) {
    return experiment.hindsightMillis(MixedFleet.FIXED, rate)
        / experiment.valueMillis(MixedFleet.FIXED, FleetTables::everywhere, rate);
  }
}
