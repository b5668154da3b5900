package io.pulsewatch.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Comparisons at equal mistakes, on small fleets. */
final class ExperimentTest {
  private static final long INTERVAL = 1_000_000_000;
  private static final List<Double> RATES = List.of(1e-2);

  @Test
  void aDetectorComparesWithItselfAsOneBeyondAllChance() {
    Experiment experiment =
        run(List.of(Candidates.fixed(INTERVAL), Candidates.fixed(INTERVAL).named("twin")));
    assertThat(experiment.ratio("twin", "fixed", stream -> true, 1e-2))
        .isEqualTo(new Estimate(1, 1, 1));
  }

  @Test
  void theSameSeedsGiveTheSameFigures() {
    List<Candidate> both =
        List.of(Candidates.fixed(INTERVAL), Candidates.tail(Profile.LAN, Learning.BY_ITS_RULE));
    Estimate ratio = run(both).ratio("tail", "fixed", stream -> true, 1e-2);
    assertThat(run(both).ratio("tail", "fixed", stream -> true, 1e-2)).isEqualTo(ratio);
    assertThat(ratio.low()).isLessThanOrEqualTo(ratio.value());
    assertThat(ratio.high()).isGreaterThanOrEqualTo(ratio.value());
  }

  @Test
  void theWholeFleetIsTheMeanOfItsParts() {
    Experiment experiment = run(List.of(Candidates.fixed(INTERVAL)));
    double sum = 0;
    for (String part : TcpFleet.PARTS) {
      long streams =
          experiment.fleets().get(0).streams().stream()
              .filter(stream -> stream.part().equals(part))
              .count();
      sum +=
          streams
              * experiment
                  .detectionMillis("fixed", stream -> stream.part().equals(part), 1e-2)
                  .value();
    }
    assertThat(experiment.detectionMillis("fixed", stream -> true, 1e-2).value())
        .isCloseTo(sum / TcpFleet.STREAMS, within(1e-6));
  }

  @Test
  void aRateThatIsNotReachedHasNoFigure() {
    Experiment experiment = run(List.of(Candidates.fixed(INTERVAL)));
    assertThat(experiment.detectionMillis("fixed", stream -> true, 0.999).value()).isNaN();
    assertThat(experiment.ratio("fixed", "fixed", stream -> true, 0.999).high()).isNaN();
  }

  @Test
  void hindsightIsNeverSlowerThanOneTimeoutForAll() {
    Experiment experiment = run(List.of(Candidates.fixed(INTERVAL)));
    assertThat(experiment.hindsightMillis("fixed", 1e-2))
        .isLessThanOrEqualTo(experiment.detectionMillis("fixed", stream -> true, 1e-2).value() + 1);
  }

  private static Experiment run(List<Candidate> candidates) {
    List<Fleet> fleets =
        LongStream.of(1, 2)
            .mapToObj(
                seed ->
                    new Fleet(
                        "" + seed, TcpFleet.of(seed, Mix.EVEN, TcpFleet.LOST_AGAIN, 2_001), 0))
            .toList();
    return Experiment.run(fleets, candidates, 250, RATES, 1);
  }
}
