package io.pulsewatch.cli.replay;

import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The place on a curve where the mistake rate is the wanted one: between two points, straight over
 * the logarithm of the rate.
 *
 * <p>Of several such places it is the one with the greatest knob: whoever promises a rate has to go
 * there, since chance alone makes the curve dip elsewhere.
 *
 * @param slow the point that keeps the rate
 * @param share how far the place lies from it towards the point before it, which does not; 0..1
 */
public record Crossing(int slow, double share) {
  /** Of a rate that no mistake has shown, half a mistake is the best guess. */
  private static final double UNSEEN = 0.5;

  /**
   * Finds it; null if the points do not reach the rate from both sides.
   *
   * @param points how many, by knob, least first
   * @param mistakes of each point
   * @param beats of each point
   */
  public static @Nullable Crossing of(
      int points, IntToDoubleFunction mistakes, IntToDoubleFunction beats, double mistakesPerBeat) {
    for (int i = points - 1; i > 0; i--) {
      double slow = mistakes.applyAsDouble(i);
      double quick = mistakes.applyAsDouble(i - 1);
      if (slow <= mistakesPerBeat * beats.applyAsDouble(i)
          && quick > mistakesPerBeat * beats.applyAsDouble(i - 1)) {
        double from = Math.log(Math.max(slow, UNSEEN) / beats.applyAsDouble(i));
        double to = Math.log(quick / beats.applyAsDouble(i - 1));
        double share = (Math.log(mistakesPerBeat) - from) / (to - from);
        return new Crossing(i, Math.max(0, Math.min(1, share)));
      }
    }
    return null;
  }

  /** What anything is there that is known at each point. */
  public double between(IntToDoubleFunction metric) {
    double here = metric.applyAsDouble(slow);
    return here + share * (metric.applyAsDouble(slow - 1) - here);
  }
}
