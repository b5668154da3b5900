package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidate.Steps;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.cli.replay.Sweep;
import io.pulsewatch.cli.replay.Tally;
import io.pulsewatch.server.detector.DetectorChoice;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What each detector does as it comes, with the profile of its streams. Confined to one thread. */
final class DefaultsSection {
  private static final int BEATS = 38_000;
  private static final int WARM_UP = 2_000;
  private static final long FIRST_SEED = 11;
  private static final int SEEDS = 4;
  private static final double NANOS_PER_DAY = TimeUnit.DAYS.toNanos(1);

  /** So a sweep would be of one step, which changes nothing. */
  private static final Steps ONE = new Steps(1, 2, 1);

  private final Figures figures;

  DefaultsSection(Figures figures) {
    this.figures = figures;
  }

  void run() {
    List<Stream> streams = new ArrayList<>();
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      streams.addAll(TcpFleet.of(seed, Mix.EVEN, BEATS));
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
      Profile profile = Objects.requireNonNull(profiles.get(part));
      row(rows, fleet, "tail", new Adaptive(Kind.TAIL, profile, 0), Learning.ALWAYS);
      row(
          rows,
          fleet,
          FleetSection.DEAF,
          new Adaptive(Kind.TAIL, profile, 0),
          Learning.NOT_FROM_SUSPICIONS);
      row(rows, fleet, "fixed", new DetectorChoice.Fixed(0), Learning.ALWAYS);
      row(
          rows,
          fleet,
          "phi, logistic",
          new Adaptive(Kind.PHI_LOGISTIC, profile, 0),
          Learning.NOT_FROM_SUSPICIONS);
      row(
          rows,
          fleet,
          "phi, exponential",
          new Adaptive(Kind.PHI_EXPONENTIAL, profile, 0),
          Learning.ALWAYS);
      row(rows, fleet, "nfd2w", new Adaptive(Kind.NFD2W, profile, 0), Learning.ALWAYS);
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

  private static void row(
      List<List<String>> rows, Fleet fleet, String name, DetectorChoice choice, Learning learning) {
    Candidate candidate =
        new Candidate(name, "", "", ONE, 0, learning, (interval, knob) -> choice.create(interval));
    Tally total =
        new Sweep(new Meter(Integer.MAX_VALUE), fleet.sources()).point(candidate, 1).total();
    rows.add(
        List.of(
            fleet.name(),
            name,
            Figures.millis(total.detectionMillis()),
            Figures.format("%.1f", total.mistakes() / (total.watchedNanos() / NANOS_PER_DAY)),
            Figures.millis(total.mistakeMillis()),
            Figures.format("%.6f", total.queryAccuracy())));
  }
}
