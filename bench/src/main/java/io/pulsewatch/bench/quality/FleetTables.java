package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.cli.replay.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The tables that are made of every mixed fleet. Stateless. */
final class FleetTables {
  /** From many mistakes to few. */
  private static final List<Double> MANY_RATES = List.of(1e-2, 3e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4);

  private FleetTables() {}

  /**
   * What was promised of the detection time of {@code tail}.
   *
   * @param where in words
   * @param other whom it is compared with
   * @param rate mistakes of either
   * @param ratio at most
   */
  private record Promise(
      String where, Predicate<Stream> part, String other, double rate, double ratio) {}

  static boolean everywhere(Stream stream) {
    return true;
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
    long met =
        promises.stream().filter(each -> ratio(experiment, each).value() <= each.ratio()).count();
    return met == promises.size()
        ? Figures.format("all %d are met", met)
        : Figures.format(
            "%d of %d are met, **MISSED: %d**", met, promises.size(), promises.size() - met);
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
      String all = "whole fleet";
      Predicate<Stream> lan = in(TcpFleet.LAN);
      promises.add(new Promise(all, FleetTables::everywhere, MixedFleet.FIXED, rate, 0.80));
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

  /** What the best fixed timeout for each stream takes of that of one for all. */
  static String hindsight(Experiment experiment, double rate) {
    return Figures.format(
        "%.2f",
        experiment.hindsightMillis(MixedFleet.FIXED, rate)
            / experiment.valueMillis(MixedFleet.FIXED, FleetTables::everywhere, rate));
  }
}
