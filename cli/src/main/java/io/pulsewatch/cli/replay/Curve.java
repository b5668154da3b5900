package io.pulsewatch.cli.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What one detector does on some traces as its knob is turned: its trade of speed against mistakes.
 * Immutable.
 *
 * @param name the detector's
 * @param points by knob, least first
 */
public record Curve(String name, List<Point> points) {
  public Curve {
    points = List.copyOf(points);
  }

  /**
   * One setting of the knob.
   *
   * @param blocks what was counted, for each trace in turn block by block; the same blocks at every
   *     point and for every detector, so that they can be drawn together
   * @param total all blocks together
   */
  public record Point(double knob, List<Tally> blocks, Tally total) {
    public Point {
      blocks = List.copyOf(blocks);
    }

    public Point(double knob, List<Tally> blocks) {
      this(knob, blocks, Tally.sum(blocks));
    }
  }

  /** Where the mistake rate would be this one; null where the sweep does not reach it. */
  public @Nullable Crossing crossing(double mistakesPerBeat) {
    return Crossing.of(
        points.size(),
        i -> points.get(i).total().mistakes(),
        i -> points.get(i).total().beats(),
        mistakesPerBeat);
  }

  /** The detection time at which the mistake rate would be this one, in ms. */
  public OptionalDouble detectionMillisAt(double mistakesPerBeat) {
    Crossing crossing = crossing(mistakesPerBeat);
    return crossing == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(crossing.between(i -> points.get(i).total().detectionMillis()));
  }

  /** The knob at which the mistake rate would be this one. */
  public OptionalDouble knobAt(double mistakesPerBeat) {
    Crossing crossing = crossing(mistakesPerBeat);
    return crossing == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.exp(crossing.between(i -> Math.log(points.get(i).knob()))));
  }

  /** This curve with one more point. */
  Curve with(Point point) {
    List<Point> all = new ArrayList<>(points);
    all.add(point);
    all.sort(Comparator.comparingDouble(Point::knob));
    return new Curve(name, all);
  }
}
