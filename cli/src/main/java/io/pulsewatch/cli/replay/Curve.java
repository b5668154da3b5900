package io.pulsewatch.cli.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

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

  /**
   * The detection time at which the mistake rate would be this one, in ms; empty where the sweep
   * does not reach it from both sides.
   */
  public OptionalDouble detectionMillisAt(double mistakesPerBeat) {
    return at(mistakesPerBeat, Tally::detectionMillis);
  }

  /**
   * Any metric where the mistake rate would be this one: straight between the two points around it
   * over the logarithm of the rate. Of several such places it is the one with the longest detection
   * time: whoever promises a rate has to go there.
   */
  public OptionalDouble at(double mistakesPerBeat, ToDoubleFunction<Tally> metric) {
    return at(points.stream().map(Point::total).toList(), mistakesPerBeat, metric);
  }

  /** The same for a part of what was counted, or for parts that were drawn at random. */
  static OptionalDouble at(
      List<Tally> totals, double mistakesPerBeat, ToDoubleFunction<Tally> metric) {
    int i = crossing(totals, mistakesPerBeat);
    if (i == 0) {
      return OptionalDouble.empty();
    }
    double slow = metric.applyAsDouble(totals.get(i));
    double quick = metric.applyAsDouble(totals.get(i - 1));
    return OptionalDouble.of(
        slow + share(totals.get(i), totals.get(i - 1), mistakesPerBeat) * (quick - slow));
  }

  /** The knob where the mistake rate would be this one. */
  public OptionalDouble knobAt(double mistakesPerBeat) {
    List<Tally> totals = points.stream().map(Point::total).toList();
    int i = crossing(totals, mistakesPerBeat);
    if (i == 0) {
      return OptionalDouble.empty();
    }
    double share = share(totals.get(i), totals.get(i - 1), mistakesPerBeat);
    return OptionalDouble.of(
        points.get(i).knob() * Math.pow(points.get(i - 1).knob() / points.get(i).knob(), share));
  }

  /** The knob in the middle of the gap that holds this mistake rate. */
  OptionalDouble middleAround(double mistakesPerBeat) {
    int i = crossing(points.stream().map(Point::total).toList(), mistakesPerBeat);
    return i == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.sqrt(points.get(i).knob() * points.get(i - 1).knob()));
  }

  /** This curve with one more point. */
  Curve with(Point point) {
    List<Point> all = new ArrayList<>(points);
    all.add(point);
    all.sort(Comparator.comparingDouble(Point::knob));
    return new Curve(name, all);
  }

  /** The last point that keeps the rate while the one before it does not; 0 if there is none. */
  private static int crossing(List<Tally> totals, double mistakesPerBeat) {
    for (int i = totals.size() - 1; i > 0; i--) {
      if (totals.get(i).mistakesPerBeat() <= mistakesPerBeat
          && totals.get(i - 1).mistakesPerBeat() > mistakesPerBeat) {
        return i;
      }
    }
    return 0;
  }

  /** How far the rate lies from the slow point to the quick one, 0..1. */
  private static double share(Tally slow, Tally quick, double mistakesPerBeat) {
    double from = logRate(slow);
    double share = (Math.log(mistakesPerBeat) - from) / (logRate(quick) - from);
    return Math.max(0, Math.min(1, share));
  }

  /** Of a rate that no mistake has shown, half a mistake is the best guess. */
  private static double logRate(Tally tally) {
    return Math.log(Math.max((double) tally.mistakes(), 0.5) / Math.max(1, tally.beats()));
  }
}
