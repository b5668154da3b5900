package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidate.Steps;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.cli.replay.Sweep;
import io.pulsewatch.cli.replay.Tally;
import io.pulsewatch.cli.replay.Trace;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** What each detector does as it comes, with the profile of its streams. Confined to one thread. */
final class DefaultsSection {
  private static final double NANOS_PER_DAY = TimeUnit.DAYS.toNanos(1);

  /** Promised for LAN streams of one beat a second: this fast, and wrong no more than this. */
  private static final double PROMISED_MILLIS = 1_700;

  private static final double PROMISED_A_DAY = 1;

  /** What Akka's cluster takes at its defaults. */
  private static final String AKKA = "phi, logistic";

  /** So a sweep would be of one step, which changes nothing. */
  private static final Steps ONE = new Steps(1, 2, 1);

  private static final int FINER = 4;
  private static final DetectorChoice TAIL_LAN = new Adaptive(Kind.TAIL, Profile.LAN, 0);
  private static final Map<String, Profile> PROFILES =
      Map.of(TcpFleet.LAN, Profile.LAN, TcpFleet.WAN, Profile.WAN, TcpFleet.MOBILE, Profile.MOBILE);

  private final Figures figures;
  private final List<List<String>> rows = new ArrayList<>();

  /** How much tail and its deaf form differ in T_D, in the part where they differ most. */
  private double mostByDeafnessPercent;

  DefaultsSection(Figures figures) {
    this.figures = figures;
  }

  /**
   * Runs it.
   *
   * @param fleets the mixed fleets, one for each seed
   */
  void run(List<Fleet> fleets) {
    for (String name : TcpFleet.PARTS) {
      part(name, part(fleets, name));
    }
    figures.put(
        "defaults",
        Figures.table(
            List.of(
                "streams",
                "detector",
                "T_D, ms (95 %)",
                "mistakes a stream and day (95 %)",
                "mistake, ms (95 %)",
                "P_A (95 %)"),
            rows));
    figures.put("defaults_seeds", "%d", fleets.size());
    figures.put("defaults_deaf", "%.1f", mostByDeafnessPercent);
  }

  private void part(String part, List<Fleet> fleets) {
    Profile profile = Objects.requireNonNull(PROFILES.get(part));
    DetectorChoice choice = new Adaptive(Kind.TAIL, profile, 0);
    AsItComes tail = row(part, "tail", fleets, choice, Learning.BY_ITS_RULE);
    AsItComes deaf = row(part, MixedFleet.DEAF, fleets, choice, Learning.NOT_FROM_SUSPICIONS);
    row(part, "fixed", fleets, new DetectorChoice.Fixed(0), Learning.BY_ITS_RULE);
    AsItComes akka =
        row(part, AKKA, fleets, new Adaptive(Kind.PHI_LOGISTIC, profile, 0), Learning.BY_ITS_RULE);
    row(
        part,
        "phi, exponential",
        fleets,
        new Adaptive(Kind.PHI_EXPONENTIAL, profile, 0),
        Learning.BY_ITS_RULE);
    row(part, "nfd2w", fleets, new Adaptive(Kind.NFD2W, profile, 0), Learning.BY_ITS_RULE);
    double apart =
        100 * Math.abs(tail.value(Tally::detectionMillis) / deaf.value(Tally::detectionMillis) - 1);
    mostByDeafnessPercent = Math.max(mostByDeafnessPercent, apart);
    if (part.equals(TcpFleet.LAN)) {
      target(tail);
      figures.put("lan_akka", Figures.millis(akka.value(Tally::detectionMillis)));
      whatAFixedTimeoutCouldDo(fleets);
    }
  }

  private static List<Fleet> part(List<Fleet> fleets, String part) {
    return fleets.stream()
        .map(
            fleet ->
                new Fleet(
                    fleet.name(),
                    fleet.streams().stream().filter(each -> each.part().equals(part)).toList(),
                    fleet.warmUp()))
        .toList();
  }

  private AsItComes row(
      String part, String name, List<Fleet> fleets, DetectorChoice choice, Learning learning) {
    AsItComes is = new AsItComes(fleets, candidate(name, choice, learning));
    rows.add(
        List.of(
            part,
            name,
            interval("%,.0f", is.estimate(Tally::detectionMillis)),
            interval("%.1f", is.estimate(DefaultsSection::perDay)),
            interval("%,.0f", is.estimate(Tally::mistakeMillis)),
            interval("%.6f", is.estimate(Tally::queryAccuracy))));
    return is;
  }

  private static String interval(String form, Estimate is) {
    return Figures.format(
        form + " (" + form + " .. " + form + ")", is.value(), is.low(), is.high());
  }

  /** The promise for LAN streams, and where it is missed, whose share that is. */
  private void target(AsItComes tail) {
    Estimate millis = tail.estimate(Tally::detectionMillis);
    Estimate aDay = tail.estimate(DefaultsSection::perDay);
    figures.put(
        "lan_target",
        Figures.table(
            List.of("LAN streams, `tail` as it comes", "promised", "is (95 %)", ""),
            List.of(
                List.of(
                    "T_D",
                    Figures.format("<= %,.0f ms", PROMISED_MILLIS),
                    interval("%,.0f", millis) + " ms",
                    Figures.verdict(millis, PROMISED_MILLIS)),
                List.of(
                    "mistakes a stream and day",
                    Figures.format("<= %.0f, or say not", PROMISED_A_DAY),
                    interval("%.1f", aDay),
                    Figures.verdict(aDay, PROMISED_A_DAY)))));
    List<Double> each = tail.ofEachStream(Tally::detectionMillis);
    figures.put("lan_streams", "%d", each.size());
    figures.put("lan_quick", "%d", each.stream().filter(is -> is <= PROMISED_MILLIS).count());
    figures.put("lan_quickest", Figures.millis(Collections.min(each)));
    figures.put("lan_slowest", Figures.millis(Collections.max(each)));
    figures.put("lan_steady", Figures.millis(steadyMillis()));
  }

  /** T_D of a sender that is never late, over a path that takes no time. */
  private static double steadyMillis() {
    long interval = TcpFleet.millis(TcpFleet.INTERVAL_MILLIS);
    long[] numbers = LongStream.rangeClosed(1, MixedFleet.BEATS).toArray();
    long[] times = LongStream.of(numbers).map(number -> number * interval).toArray();
    Stream steady = new Stream("steady", new Trace("steady", numbers, times, times), interval);
    List<Fleet> alone = List.of(new Fleet("steady", List.of(steady), MixedFleet.WARM_UP));
    return new AsItComes(alone, candidate("tail", TAIL_LAN, Learning.BY_ITS_RULE))
        .value(Tally::detectionMillis);
  }

  private void whatAFixedTimeoutCouldDo(List<Fleet> lan) {
    Candidate fixed = Candidates.fixed(TcpFleet.millis(TcpFleet.INTERVAL_MILLIS));
    double wanted = PROMISED_A_DAY / (TimeUnit.DAYS.toMillis(1) / TcpFleet.INTERVAL_MILLIS);
    Sweep sweep =
        new Sweep(
            new Meter(Integer.MAX_VALUE),
            lan.stream().flatMap(fleet -> fleet.sources().stream()).toList());
    Curve curve = sweep.refine(fixed, sweep.run(fixed), wanted, FINER);
    double onceADay = curve.detectionMillisAt(wanted).orElse(Double.NaN);
    Tally quick = sweep.point(fixed, PROMISED_MILLIS - TcpFleet.INTERVAL_MILLIS).total();
    figures.put("lan_promised", "%,.0f", PROMISED_MILLIS);
    figures.put("lan_once_a_day", Figures.millis(onceADay));
    figures.put("lan_fixed_a_day", "%.1f", perDay(quick));
    figures.put(
        "lan_both",
        onceADay <= PROMISED_MILLIS
            ? "So one margin for all could keep both promises on these streams"
            : "So on these streams no one margin for all keeps both promises");
  }

  private static double perDay(Tally tally) {
    return tally.mistakes() / (tally.watchedNanos() / NANOS_PER_DAY);
  }

  private static Candidate candidate(String name, DetectorChoice choice, Learning learning) {
    return new Candidate(
        name, "", "", ONE, 0, learning, (interval, knob) -> choice.create(interval));
  }
}
