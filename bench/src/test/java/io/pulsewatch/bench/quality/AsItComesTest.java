package io.pulsewatch.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidate.Steps;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.cli.replay.Sweep;
import io.pulsewatch.cli.replay.Tally;
import io.pulsewatch.server.detector.DetectorChoice;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A detector at one setting: its sums, and the intervals around them. */
final class AsItComesTest {
  /** The last of four blocks of a stream is shorter than the others. */
  private static final int BEATS = 7_500;

  private static final Candidate FIXED =
      new Candidate(
          "fixed",
          "",
          "",
          new Steps(1, 2, 1),
          0,
          Learning.BY_ITS_RULE,
          (interval, knob) -> new DetectorChoice.Fixed(0).create(interval));

  @Test
  void theFigureIsThatOfAllHeartbeats() {
    List<Fleet> fleets = fleets();
    Tally whole = Tally.sum(fleets.stream().map(AsItComesTest::tally).toList());
    AsItComes is = new AsItComes(fleets, FIXED);
    assertThat(is.value(Tally::detectionMillis)).isCloseTo(whole.detectionMillis(), within(1e-6));
    assertThat(is.value(Tally::mistakesPerBeat)).isEqualTo(whole.mistakesPerBeat());
    assertThat(is.value(Tally::queryAccuracy)).isCloseTo(whole.queryAccuracy(), within(1e-12));
  }

  @Test
  void theIntervalHoldsTheFigureAndIsTheSameEachTime() {
    Estimate estimate = new AsItComes(fleets(), FIXED).estimate(Tally::mistakesPerBeat);
    assertThat(estimate.low()).isLessThan(estimate.value());
    assertThat(estimate.high()).isGreaterThan(estimate.value());
    assertThat(new AsItComes(fleets(), FIXED).estimate(Tally::mistakesPerBeat)).isEqualTo(estimate);
  }

  @Test
  void eachStreamHasItsOwnFigure() {
    List<Fleet> fleets = fleets();
    List<Double> each = new AsItComes(fleets, FIXED).ofEachStream(Tally::detectionMillis);
    Fleet first = fleets.get(0);
    assertThat(each).hasSize(2 * TcpFleet.STREAMS);
    assertThat(each.get(1))
        .isCloseTo(
            tally(new Fleet("one", List.of(first.streams().get(1)), 0)).detectionMillis(),
            within(1e-6));
  }

  private static List<Fleet> fleets() {
    return LongStream.of(1, 2)
        .mapToObj(
            seed ->
                new Fleet("" + seed, TcpFleet.of(seed, Mix.EVEN, TcpFleet.LOST_AGAIN, BEATS), 0))
        .toList();
  }

  private static Tally tally(Fleet fleet) {
    return new Sweep(new Meter(Integer.MAX_VALUE), fleet.sources()).point(FIXED, 1).total();
  }
}
