package io.pulsewatch.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pulsewatch.cli.replay.Curve.Point;
import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.cli.replay.Sweep.Source;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Sweeps, and where on them a rate of mistakes lies. */
final class CurveTest {
  private static final double MILLION = 1e6;

  @Test
  void betweenTwoPointsTheTimeIsStraightOverTheLogarithmOfTheRate() {
    Curve curve = curve(point(1, 100, 100), point(4, 300, 1));
    // Per 1000 heartbeats: 10 is half way from 100 to 1.
    assertThat(curve.detectionMillisAt(10e-3)).hasValueCloseTo(200.0, within(1e-9));
    assertThat(curve.knobAt(10e-3)).hasValueCloseTo(2.0, within(1e-9));
    assertThat(curve.detectionMillisAt(1e-3)).hasValueCloseTo(300.0, within(1e-9));
  }

  @Test
  void aRateThatTheSweepDoesNotReachHasNoTime() {
    Curve curve = curve(point(1, 100, 100), point(4, 300, 1));
    assertThat(curve.detectionMillisAt(0.5)).isEmpty();
    assertThat(curve.detectionMillisAt(0.5e-3)).isEmpty();
    assertThat(curve.knobAt(0.5)).isEmpty();
  }

  @Test
  void ofSeveralPlacesTheSlowestCounts() {
    Curve curve = curve(point(1, 100, 100), point(2, 150, 1), point(3, 200, 100), point(4, 300, 1));
    assertThat(curve.detectionMillisAt(10e-3)).hasValueCloseTo(250.0, within(1e-9));
  }

  @Test
  void noMistakeCountsAsHalfOne() {
    Curve curve = curve(point(1, 100, 2), point(2, 200, 0));
    // From 2 to 0.5, 1 is half way.
    assertThat(curve.detectionMillisAt(1e-3)).hasValueCloseTo(150.0, within(1e-9));
    assertThat(curve.detectionMillisAt(0.1e-3)).hasValueCloseTo(200.0, within(1e-9));
  }

  @Test
  void refiningHalvesTheGapThatHoldsTheRate() {
    // A gap of 10, and each tenth one of 20: a timeout below 20 is wrong a tenth of the time.
    long[] arrivals = new long[1_000];
    for (int i = 1; i < arrivals.length; i++) {
      arrivals[i] = arrivals[i - 1] + (i % 10 == 0 ? 20 : 10);
    }
    long[] sequences = LongStream.rangeClosed(1, arrivals.length).toArray();
    Trace trace = new Trace("steps", sequences, arrivals.clone(), arrivals);
    Sweep sweep = new Sweep(new Meter(100), List.of(new Source(trace, 10, 0)));
    Candidate fixed =
        new Candidate(
            "fixed",
            "timeout",
            "ns",
            new Candidate.Steps(16, 2, 2),
            0,
            Learning.ALWAYS,
            (interval, knob) -> new Scripted((long) knob));
    Curve coarse = sweep.run(fixed);
    assertThat(coarse.points()).extracting(Point::knob).containsExactly(16.0, 32.0);
    assertThat(coarse.points())
        .extracting(point -> point.total().mistakes())
        .containsExactly(99L, 0L);
    Curve fine = sweep.refine(fixed, coarse, 1e-2, 3);
    assertThat(fine.points()).hasSize(5);
    assertThat(fine.knobAt(1e-2).orElseThrow()).isBetween(19.0, 21.0);
    assertThat(sweep.refine(fixed, coarse, 0.5, 3)).isEqualTo(coarse);
  }

  private static Curve curve(Point... points) {
    return new Curve("some", List.of(points));
  }

  private static Point point(double knob, double millis, long mistakes) {
    return new Point(knob, List.of(new Tally(1_000, millis * 1_000 * MILLION, mistakes, 0, 1, 1)));
  }
}
