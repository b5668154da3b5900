package io.pulsewatch.cli.replay;

import io.pulsewatch.cli.replay.Curve.Point;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the knob of a detector over traces. Immutable.
 *
 * <p>One value of the knob holds for all traces at once, as one setting does in a server: a
 * detector that suits one stream by its knob and the next one by another has shown nothing.
 */
public final class Sweep {
  private final Meter meter;
  private final List<Source> sources;

  /**
   * A trace and the interval that its sender promised.
   *
   * @param trace the heartbeats
   * @param intervalNanos the interval that detectors are told
   * @param warmUp heartbeats at the beginning that are not counted
   */
  public record Source(Trace trace, long intervalNanos, int warmUp) {}

  public Sweep(Meter meter, List<Source> sources) {
    this.meter = meter;
    this.sources = List.copyOf(sources);
  }

  /** The detector's curve over the steps of its knob. */
  public Curve run(Candidate candidate) {
    List<Point> points = new ArrayList<>();
    for (double knob : candidate.steps().values()) {
      points.add(point(candidate, knob));
    }
    return new Curve(candidate.name(), points);
  }

  /**
   * The curve with more points around a mistake rate: the gap that holds it is halved so often.
   * Where the sweep does not reach the rate, nothing is added.
   */
  public Curve refine(Candidate candidate, Curve curve, double mistakesPerBeat, int times) {
    Curve refined = curve;
    for (int i = 0; i < times; i++) {
      Crossing crossing = refined.crossing(mistakesPerBeat);
      if (crossing == null) {
        return refined;
      }
      List<Point> points = refined.points();
      double knob =
          Math.sqrt(points.get(crossing.slow()).knob() * points.get(crossing.slow() - 1).knob());
      refined = refined.with(point(candidate, knob));
    }
    return refined;
  }

  /** What the detector does at one value of its knob. */
  public Point point(Candidate candidate, double knob) {
    List<Tally> blocks = new ArrayList<>();
    for (Source source : sources) {
      blocks.addAll(
          meter.blocks(
              source.trace(),
              source.warmUp(),
              candidate.create(source.intervalNanos(), knob),
              candidate.learning()));
    }
    return new Point(knob, blocks);
  }
}
