package io.pulsewatch.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.bench.quality.TcpFleet.Mix;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Sweep;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Generated streams have the statistics that they say, and only those of their seed. */
final class GeneratorsTest {

  @Test
  void aFleetHasItsParts() {
    List<Stream> fleet = TcpFleet.of(1, Mix.EVEN, TcpFleet.LOST_AGAIN, 100);
    assertThat(fleet).hasSize(32);
    assertThat(fleet.stream().filter(stream -> stream.part().equals(TcpFleet.LAN))).hasSize(12);
    assertThat(fleet.stream().filter(stream -> stream.part().equals(TcpFleet.WAN))).hasSize(10);
    assertThat(fleet).allMatch(stream -> stream.trace().size() == 100);
  }

  @Test
  void theSameSeedMakesTheSameFleet() {
    assertThat(curve(TcpFleet.of(7, Mix.EVEN, TcpFleet.LOST_AGAIN, 500)))
        .isEqualTo(curve(TcpFleet.of(7, Mix.EVEN, TcpFleet.LOST_AGAIN, 500)))
        .isNotEqualTo(curve(TcpFleet.of(8, Mix.EVEN, TcpFleet.LOST_AGAIN, 500)));
  }

  /** Four losses of one segment, longer than any sender pauses: by chance alone nearly never. */
  @Test
  void whatIsLostIsOftenLostAgain() {
    assertThat(silentFor3800Millis(TcpFleet.INDEPENDENT)).isLessThan(2);
    assertThat(silentFor3800Millis(TcpFleet.LOST_AGAIN)).isBetween(3L, 50L);
  }

  private static long silentFor3800Millis(double lostAgain) {
    List<Stream> wan =
        TcpFleet.of(5, Mix.EVEN, lostAgain, 38_000).stream()
            .filter(stream -> stream.part().equals(TcpFleet.WAN))
            .toList();
    return new Sweep(new Meter(Integer.MAX_VALUE), new Fleet("wan", wan, 0).sources())
        .point(Candidates.fixed(1_000_000_000), 2_800)
        .total()
        .mistakes();
  }

  @Test
  void theJaistLikeStreamLosesAndLastsAsPublished() {
    int beats = 1_000_000;
    Stream stream = JaistStream.of(3, beats).get(0);
    double lost = 1 - stream.trace().size() / (double) beats;
    assertThat(lost).isBetween(0.002, 0.007);
    assertThat(stream.trace().estimatedIntervalNanos() / 1e6).isCloseTo(103.5, within(0.1));
  }

  @Test
  void drawsHaveTheirMeans() {
    Chance chance = new Chance(new SplittableRandom(1));
    double gamma = 0;
    double exponential = 0;
    double pareto = 0;
    int draws = 200_000;
    for (int i = 0; i < draws; i++) {
      gamma += chance.gamma(0.4, 16.4);
      exponential += chance.exponential(3);
      pareto += chance.pareto(3);
    }
    assertThat(gamma / draws).isCloseTo(0.4 * 16.4, within(0.1));
    assertThat(exponential / draws).isCloseTo(3, within(0.03));
    assertThat(pareto / draws).isCloseTo(1.5, within(0.03));
  }

  private static Curve curve(List<Stream> streams) {
    Fleet fleet = new Fleet("some", streams, 0);
    return new Sweep(new Meter(100), fleet.sources()).run(Candidates.fixed(1_000_000_000));
  }
}
