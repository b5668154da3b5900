package io.pulsewatch.cli.replay;

import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.server.detector.Detector;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A detector with one knob, which is turned to compare it with others. Immutable.
 *
 * <p>A knob as such says nothing: 8 is much for one and little for another. What compares is the
 * detection time at an equal mistake rate, so each knob is swept over a range that is wider than
 * anybody would choose, in steps of a factor.
 */
public final class Candidate {
  private final String name;
  private final String knob;
  private final String unit;
  private final Steps steps;
  private final double origin;
  private final Learning learning;
  private final Maker maker;

  /**
   * @param knob what is turned
   * @param unit of the knob; may be empty
   * @param steps from where to where
   * @param origin what is added to the knob where it is shown: a timeout is swept as what it has
   *     beyond the interval
   * @param learning what it makes of a heartbeat that ends a suspicion
   */
  public Candidate(
      String name,
      String knob,
      String unit,
      Steps steps,
      double origin,
      Learning learning,
      Maker maker) {
    this.name = name;
    this.origin = origin;
    this.knob = knob;
    this.unit = unit;
    this.steps = steps;
    this.learning = learning;
    this.maker = maker;
  }

  /** The same under another name, where two of a kind are compared. */
  public Candidate named(String other) {
    return new Candidate(other, knob, unit, steps, origin, learning, maker);
  }

  /** The same, but that it makes something else of a heartbeat that ends a suspicion. */
  public Candidate learning(Learning other) {
    return new Candidate(name, knob, unit, steps, origin, other, maker);
  }

  /** Makes the detector of one stream. */
  @FunctionalInterface
  public interface Maker {
    Detector create(long intervalNanos, double knob);
  }

  /**
   * A geometric row.
   *
   * @param first greater than 0
   * @param factor greater than 1
   * @param count how many values
   */
  public record Steps(double first, double factor, int count) {
    /** The values, least first. */
    public List<Double> values() {
      return IntStream.range(0, count).mapToObj(i -> first * Math.pow(factor, i)).toList();
    }
  }

  public String name() {
    return name;
  }

  /** A setting in words, such as {@code timeout 205 ms}. */
  public String setting(double value) {
    double shown = shown(value);
    String number = String.format(Locale.ROOT, shown < 1_000 ? "%.3g" : "%,.0f", shown);
    return (knob + " " + number + " " + unit).strip();
  }

  /** The knob as people set it. */
  public double shown(double value) {
    return origin + value;
  }

  public Steps steps() {
    return steps;
  }

  Learning learning() {
    return learning;
  }

  Detector create(long intervalNanos, double value) {
    return maker.create(intervalNanos, value);
  }
}
