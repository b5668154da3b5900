package io.pulsewatch.cli.replay;

import java.util.List;

/** The plot that compares detectors: time to see a crash over the rate of mistakes. Stateless. */
public final class RateTimePlot {
  /** Beyond this rate no detector is of use, and its line would only stretch the plot. */
  private static final double MOST = 0.2;

  private static final String X_LABEL = "mistakes per heartbeat (left is better)";
  private static final String Y_LABEL = "mean detection time, ms (down is better)";

  private RateTimePlot() {}

  /**
   * Makes it. Settings without a mistake have no place on a logarithmic axis and are left out; a
   * detector without any other is left out whole.
   */
  public static SvgPlot of(String title, String subtitle, List<Curve> curves) {
    List<SvgPlot.Line> lines =
        curves.stream().map(curve -> new SvgPlot.Line(curve.name(), points(curve), false)).toList();
    if (lines.stream().allMatch(line -> line.points().isEmpty())) {
      return new SvgPlot(
          title,
          subtitle + ": no mistakes at all",
          X_LABEL,
          Y_LABEL,
          List.of(new SvgPlot.Line("nothing", List.of(new SvgPlot.Point(1, 1)), false)));
    }
    return new SvgPlot(title, subtitle, X_LABEL, Y_LABEL, lines);
  }

  private static List<SvgPlot.Point> points(Curve curve) {
    return curve.points().stream()
        .map(Curve.Point::total)
        .filter(total -> total.mistakes() > 0 && total.mistakesPerBeat() <= MOST)
        .map(total -> new SvgPlot.Point(total.mistakesPerBeat(), total.detectionMillis()))
        .toList();
  }
}
