package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidate.Steps;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.cli.replay.Sweep;
import io.pulsewatch.cli.replay.Tally;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What each detector does as it comes, with the profile of its streams. Confined to one thread. */
final class DefaultsSection {
  private static final int BEATS = MixedFleet.BEATS;
  private static final int WARM_UP = MixedFleet.WARM_UP;
  private static final long FIRST_SEED = MixedFleet.FIRST_SEED;
  private static final int SEEDS = 4;
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

  private final Figures figures;

  DefaultsSection(Figures figures) {
    this.figures = figures;
  }

  void run() {
    List<Stream> streams = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      streams.addAll(TcpFleet.of(seed, Mix.EVEN, TcpFleet.LOST_AGAIN, BEATS));
    }
    Map<String, Profile> profiles = new TreeMap<>();
    profiles.put(TcpFleet.LAN, Profile.LAN);
    profiles.put(TcpFleet.WAN, Profile.WAN);
    profiles.put(TcpFleet.MOBILE, Profile.MOBILE);
    List<List<String>> rows = new ArrayList<>();
    for (String part : TcpFleet.PARTS) {
      Fleet fleet =
          new Fleet(
              part,
              streams.stream().filter(stream -> stream.part().equals(part)).toList(),
              WARM_UP);
      if (part.equals(TcpFleet.LAN)) {
        target(fleet);
      }
      Profile profile = Objects.requireNonNull(profiles.get(part));
      row(rows, fleet, "tail", new Adaptive(Kind.TAIL, profile, 0), Learning.BY_ITS_RULE);
      row(
          rows,
          fleet,
          MixedFleet.DEAF,
          new Adaptive(Kind.TAIL, profile, 0),
          Learning.NOT_FROM_SUSPICIONS);
      row(rows, fleet, "fixed", new DetectorChoice.Fixed(0), Learning.BY_ITS_RULE);
      row(rows, fleet, AKKA, new Adaptive(Kind.PHI_LOGISTIC, profile, 0), Learning.BY_ITS_RULE);
      row(
          rows,
          fleet,
          "phi, exponential",
          new Adaptive(Kind.PHI_EXPONENTIAL, profile, 0),
          Learning.BY_ITS_RULE);
      row(rows, fleet, "nfd2w", new Adaptive(Kind.NFD2W, profile, 0), Learning.BY_ITS_RULE);
    }
    figures.put(
        "defaults",
        Figures.table(
            List.of(
                "streams",
                "detector",
                "T_D, ms",
                "mistakes a stream and day",
                "mistake, ms",
                "P_A"),
            rows));
  }

  /** The promise for LAN streams, and where it is missed, whose share that is. */
  private void target(Fleet lan) {
    Tally tail = total(lan, TAIL_LAN);
    Tally akka = total(lan, new Adaptive(Kind.PHI_LOGISTIC, Profile.LAN, 0));
    figures.put(
        "lan_target",
        Figures.table(
            List.of("LAN streams, `tail` as it comes", "promised", "is", ""),
            List.of(
                List.of(
                    "T_D",
                    Figures.format("<= %,.0f ms", PROMISED_MILLIS),
                    Figures.millis(tail.detectionMillis()) + " ms",
                    word(tail.detectionMillis() <= PROMISED_MILLIS)),
                List.of(
                    "mistakes a stream and day",
                    Figures.format("<= %.0f, or say not", PROMISED_A_DAY),
                    Figures.format("%.1f", perDay(tail)),
                    word(perDay(tail) <= PROMISED_A_DAY)))));
    figures.put("lan_akka", Figures.millis(akka.detectionMillis()));
    Meter meter = new Meter(Integer.MAX_VALUE);
    List<Double> each = new ArrayList<>();
    for (Sweep.Source source : lan.sources()) {
      Sweep alone = new Sweep(meter, List.of(source));
      each.add(
          alone
              .point(candidate("tail", TAIL_LAN, Learning.BY_ITS_RULE), 1)
              .total()
              .detectionMillis());
    }
    figures.put("lan_streams", "%d", each.size());
    figures.put(
        "lan_quick", "%d", each.stream().filter(millis -> millis <= PROMISED_MILLIS).count());
    figures.put("lan_quickest", Figures.millis(Collections.min(each)));
    figures.put("lan_slowest", Figures.millis(Collections.max(each)));
    Candidate fixed = Candidates.fixed(TcpFleet.millis(TcpFleet.INTERVAL_MILLIS));
    double wanted = PROMISED_A_DAY / (TimeUnit.DAYS.toMillis(1) / TcpFleet.INTERVAL_MILLIS);
    Sweep sweep = new Sweep(meter, lan.sources());
    Curve curve = sweep.refine(fixed, sweep.run(fixed), wanted, FINER);
    figures.put(
        "lan_once_a_day", Figures.millis(curve.detectionMillisAt(wanted).orElse(Double.NaN)));
    Tally quick = sweep.point(fixed, PROMISED_MILLIS - TcpFleet.INTERVAL_MILLIS).total();
    figures.put("lan_fixed_a_day", "%.1f", perDay(quick));
  }

  private static String word(boolean met) {
    return met ? "met" : "**MISSED**";
  }

  private static double perDay(Tally tally) {
    return tally.mistakes() / (tally.watchedNanos() / NANOS_PER_DAY);
  }

  private static Tally total(Fleet fleet, DetectorChoice choice) {
    return total(fleet, candidate("", choice, Learning.BY_ITS_RULE));
  }

  private static Tally total(Fleet fleet, Candidate candidate) {
    return new Sweep(new Meter(Integer.MAX_VALUE), fleet.sources()).point(candidate, 1).total();
  }

  private static Candidate candidate(String name, DetectorChoice choice, Learning learning) {
    return new Candidate(
        name, "", "", ONE, 0, learning, (interval, knob) -> choice.create(interval));
  }

  private static void row(
      List<List<String>> rows, Fleet fleet, String name, DetectorChoice choice, Learning learning) {
    Tally total = total(fleet, candidate(name, choice, learning));
    rows.add(
        List.of(
            fleet.name(),
            name,
            Figures.millis(total.detectionMillis()),
            Figures.format("%.1f", perDay(total)),
            Figures.millis(total.mistakeMillis()),
            Figures.format("%.6f", total.queryAccuracy())));
  }
}
