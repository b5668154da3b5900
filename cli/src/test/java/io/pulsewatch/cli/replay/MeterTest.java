package io.pulsewatch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.cli.replay.Meter.Learning;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chen's metrics by hand, and against a simulator that knows nothing of sums. */
final class MeterTest {
  private static final Meter WHOLE = new Meter(Integer.MAX_VALUE);

  @Test
  void nobodyIsWrongAboutAPunctualSender() {
    Tally tally = measure(trace(0, 10, 20, 30), 15);
    // A crash right after each of three heartbeats is seen 15 later, and each took 1 to arrive.
    assertThat(tally).isEqualTo(new Tally(3, 48, 0, 0, 30, 30));
    assertThat(tally.queryAccuracy()).isEqualTo(1);
  }

  @Test
  void anArrivalAtTheDeadlineIsInTime() {
    assertThat(measure(trace(0, 15, 30), 15).mistakes()).isZero();
    assertThat(measure(trace(0, 16, 31), 15).mistakes()).isEqualTo(1);
  }

  @Test
  void aMistakeLastsFromTheDeadlineToTheNextArrival() {
    Tally tally = measure(trace(0, 10, 40, 50), 15);
    assertThat(tally).isEqualTo(new Tally(3, 48, 1, 15, 35, 50));
  }

  @Test
  void aBacklogThatLeavesItSuspiciousIsNoFurtherMistake() {
    // The third and fourth arrive together and late; after them doubt is due at once, then not.
    Scripted detector = new Scripted(15, 15, 0, -5, 15);
    Tally tally =
        Tally.sum(WHOLE.blocks(trace(0, 10, 40, 42, 45, 50), 0, detector, Learning.ALWAYS));
    assertThat(tally.mistakes()).isEqualTo(1);
    // From 25 to 45.
    assertThat(tally.mistakeNanos()).isEqualTo(20);
    assertThat(tally.trustedNanos()).isEqualTo(10 + 15 + 5);
  }

  @Test
  void doubtAtOnceAfterTrustIsAMistake() {
    Scripted detector = new Scripted(15, 0, 15);
    Tally tally = Tally.sum(WHOLE.blocks(trace(0, 10, 20, 30), 0, detector, Learning.ALWAYS));
    assertThat(tally.mistakes()).isEqualTo(1);
    assertThat(tally.mistakeNanos()).isEqualTo(10);
  }

  @Test
  void whoNeverTrustedMakesNoMistake() {
    Tally tally = measure(trace(0, 10, 20), 0);
    assertThat(tally.mistakes()).isZero();
    assertThat(tally.queryAccuracy()).isZero();
    assertThat(tally.detectionNanos()).isEqualTo(2);
  }

  @Test
  void theWarmUpTeachesAndIsNotCounted() {
    Scripted detector = new Scripted(15);
    List<Tally> blocks = WHOLE.blocks(trace(0, 40, 80, 90, 100), 2, detector, Learning.ALWAYS);
    assertThat(blocks).containsExactly(new Tally(2, 32, 0, 0, 20, 20));
    assertThat(detector.heard()).containsExactly("1", "1", "1", "1");
  }

  @Test
  void blocksAddUpToTheWhole() {
    Trace trace = randomTrace(new SplittableRandom(5), 1_000);
    List<Tally> blocks = new Meter(64).blocks(trace, 0, new Scripted(15), Learning.ALWAYS);
    assertThat(blocks).hasSize(16);
    assertThat(blocks.get(0).beats()).isEqualTo(64);
    assertThat(Tally.sum(blocks)).isEqualTo(measure(trace, 15));
  }

  @Test
  void gapsAreToldAsSlots() {
    Scripted detector = new Scripted(15);
    Trace trace =
        new Trace(
            "gaps", new long[] {7, 8, 11, 12}, new long[] {0, 1, 2, 3}, new long[] {0, 1, 2, 3});
    WHOLE.blocks(trace, 0, detector, Learning.ALWAYS);
    assertThat(detector.heard()).containsExactly("1", "1", "3");
  }

  @ParameterizedTest
  @CsvSource({"BY_ITS_RULE, ?1", "ALWAYS, 1", "NOT_FROM_SUSPICIONS, -1"})
  void theEndOfASuspicionIsToldAsSuch(Learning learning, String told) {
    Scripted detector = new Scripted(15);
    WHOLE.blocks(trace(0, 10, 40, 50, 60), 0, detector, learning);
    assertThat(detector.heard()).containsExactly("1", "1", told, "1");
  }

  /** The output of a detector, asked at every instant. */
  @Test
  void theSumsAreThoseOfASimulatorThatAsksAtEveryInstant() {
    for (long seed = 0; seed < 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Trace trace = randomTrace(random, 2 + random.nextInt(30));
      long[] silences =
          LongStream.range(0, trace.size()).map(i -> random.nextLong(-3, 25)).toArray();
      Tally tally = Tally.sum(WHOLE.blocks(trace, 0, new Scripted(silences), Learning.ALWAYS));
      Simulated simulated = Simulated.of(trace, silences);
      assertThat(tally.mistakes()).as("mistakes, seed %d", seed).isEqualTo(simulated.mistakes);
      assertThat(tally.trustedNanos()).as("trusted, seed %d", seed).isEqualTo(simulated.trusted);
      assertThat(tally.mistakeNanos()).as("wrong, seed %d", seed).isEqualTo(simulated.wrong);
      assertThat(tally.detectionNanos())
          .as("detection, seed %d", seed)
          .isCloseTo(simulated.detection, within(1e-6));
    }
  }

  private static Tally measure(Trace trace, long silence) {
    return Tally.sum(WHOLE.blocks(trace, 0, new Scripted(silence), Learning.ALWAYS));
  }

  /** Sequences from 1; each heartbeat took 1 to arrive. */
  private static Trace trace(long... arrivals) {
    return new Trace(
        "hand",
        LongStream.rangeClosed(1, arrivals.length).toArray(),
        LongStream.of(arrivals).map(arrival -> arrival - 1).toArray(),
        arrivals);
  }

  private static Trace randomTrace(SplittableRandom random, int size) {
    long[] arrivals = new long[size];
    for (int i = 1; i < size; i++) {
      arrivals[i] = arrivals[i - 1] + 1 + random.nextLong(random.nextInt(8) == 0 ? 60 : 14);
    }
    return trace(arrivals);
  }

  /** Steps from instant to instant, and counts what it sees. */
  private static final class Simulated {
    private long mistakes;
    private double trusted;
    private double wrong;
    private double detection;

    static Simulated of(Trace trace, long[] silences) {
      Simulated sum = new Simulated();
      int last = trace.size() - 1;
      boolean trusts = false;
      boolean everWrong = false;
      int heard = -1;
      for (long t = trace.arrivalNanos(0); t < trace.arrivalNanos(last); t++) {
        while (heard < last && trace.arrivalNanos(heard + 1) <= t) {
          heard++;
          trusts |= silences[heard] > 0;
        }
        boolean due = t - trace.arrivalNanos(heard) >= Math.max(0, silences[heard]);
        if (trusts && due) {
          trusts = false;
          everWrong = true;
          sum.mistakes++;
        }
        sum.trusted += trusts ? 1 : 0;
        sum.wrong += !trusts && everWrong ? 1 : 0;
      }
      for (int i = 0; i < last; i++) {
        double due = trace.arrivalNanos(i) + (double) silences[i];
        sum.detection += Math.max(due, (double) trace.arrivalNanos(i)) - trace.sentNanos(i);
      }
      return sum;
    }
  }
}
