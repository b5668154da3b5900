package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** How mixed fleets are run, and who runs on them. Stateless. */
final class MixedFleet {
  static final String TAIL = "tail";
  static final String DEAF = "tail, deaf";
  static final String ROOT = "root tail";
  static final String FIXED = "fixed";
  static final String PHI = "phi";
  static final String OPEN_PHI = "phi, records all";
  static final String BARE_PHI = "phi, no floor";

  static final int BEATS = 38_000;
  static final int WARM_UP = 2_000;
  static final long FIRST_SEED = 11;
  static final List<Double> RATES = List.of(1e-3, 1e-4);

  private static final int BLOCK_BEATS = 2_000;
  private static final long DRAWS_SEED = 4;

  private MixedFleet() {}

  /** Fleets of so many seeds. */
  static Experiment experiment(Mix mix, double lostAgain, int seeds, List<Candidate> candidates) {
    List<Fleet> fleets =
        LongStream.range(FIRST_SEED, FIRST_SEED + seeds)
            .mapToObj(
                seed ->
                    new Fleet("seed " + seed, TcpFleet.of(seed, mix, lostAgain, BEATS), WARM_UP))
            .toList();
    return Experiment.run(fleets, candidates, BLOCK_BEATS, RATES, DRAWS_SEED);
  }

  /** All that are compared. */
  static List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>(thePromised());
    long interval = TcpFleet.millis(TcpFleet.INTERVAL_MILLIS);
    all.add(Candidates.phiExponential());
    all.add(Candidates.nfd2w(interval));
    all.add(Candidates.phi(BARE_PHI, interval));
    all.add(Candidates.tail(Profile.LAN, Learning.NOT_FROM_SUSPICIONS).named(DEAF));
    return List.copyOf(all);
  }

  /** Those of whom something was promised, and the idea that was tried. */
  static List<Candidate> thePromised() {
    return List.of(
        Candidates.tail(Profile.LAN, Learning.BY_ITS_RULE),
        Candidates.fixed(TcpFleet.millis(TcpFleet.INTERVAL_MILLIS)),
        Candidates.phi(),
        Candidates.phi().named(OPEN_PHI).learning(Learning.ALWAYS),
        RootTail.candidate(Profile.LAN));
  }

  static String split(Mix mix) {
    return Figures.format("%d LAN, %d WAN, %d mobile", mix.lan(), mix.wan(), mix.mobile());
  }
}
