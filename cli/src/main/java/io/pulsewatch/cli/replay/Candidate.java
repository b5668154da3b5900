package io.pulsewatch.cli.replay;

import io.pulsewatch.cli.replay.Meter.Learning;
import io.pulsewatch.server.detector.Detector;
import java.util.List;
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
  private final Steps steps;
  private final Learning learning;
  private final Maker maker;

  /**
   * @param knob what is turned, with its unit
   * @param steps from where to where
   * @param learning what it makes of a heartbeat that ends a suspicion
   */
  public Candidate(String name, String knob, Steps steps, Learning learning, Maker maker) {
    this.name = name;
    this.knob = knob;
    this.steps = steps;
    this.learning = learning;
    this.maker = maker;
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

  /** What is turned, such as {@code k} or {@code timeout, ms}. */
  public String knob() {
    return knob;
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
