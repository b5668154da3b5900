package io.pulsewatch.cli.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot of lines over two logarithmic axes, as SVG. Immutable.
 *
 * <p>The text is the same for the same lines, so a plot that is made anew differs only where
 * figures do. Colours are those of Okabe and Ito, which people with any colour vision tell apart;
 * the marks differ as well.
 */
public final class SvgPlot {
  private static final int WIDTH = 820;
  private static final int HEIGHT = 500;
  private static final int LEFT = 84;
  private static final int RIGHT = 176;
  private static final int TOP = 64;
  private static final int BOTTOM = 66;
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"
  };
  private static final double[] DECADES = {1};
  private static final double[] COARSE = {1, 2, 5};
  private static final double[] FINE = {1, 1.5, 2, 3, 4, 5, 7};

  private final String title;
  private final String subtitle;
  private final Axis x;
  private final Axis y;
  private final List<Line> lines;

  /**
   * @param title what is shown
   * @param subtitle of what, and how it was made
   * @param xLabel with its unit; so is yLabel
   * @param lines at least one point together, all above zero
   */
  public SvgPlot(String title, String subtitle, String xLabel, String yLabel, List<Line> lines) {
    this.title = title;
    this.subtitle = subtitle;
    this.lines = List.copyOf(lines);
    this.x = Axis.of(xLabel, lines, true, LEFT, WIDTH - RIGHT);
    this.y = Axis.of(yLabel, lines, false, HEIGHT - BOTTOM, TOP);
  }

  /**
   * A line with its name.
   *
   * @param dashed to set a reference apart from what is compared
   */
  public record Line(String name, List<Point> points, boolean dashed) {
    public Line {
      points = List.copyOf(points);
    }
  }

  /** A place; both above zero. */
  public record Point(double x, double y) {}

  /** One axis: from values to pixels. */
  private record Axis(String label, double from, double to, double begin, double end) {
    static Axis of(String label, List<Line> lines, boolean horizontal, double begin, double end) {
      double least = Double.MAX_VALUE;
      double most = Double.MIN_VALUE;
      for (Line line : lines) {
        for (Point point : line.points()) {
          double value = horizontal ? point.x() : point.y();
          if (!(value > 0 && value < Double.MAX_VALUE)) {
            throw new IllegalArgumentException(
                label + ": " + value + " (expected: above 0, for a logarithmic axis)");
          }
          least = Math.min(least, value);
          most = Math.max(most, value);
        }
      }
      if (least > most) {
        throw new IllegalArgumentException(label + ": nothing to plot");
      }
      return new Axis(label, least / 1.15, most * 1.15, begin, end);
    }

    double at(double value) {
      double share = (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
      return begin + share * (end - begin);
    }

    /** Round values on the axis: the fewer decades, the more in each. */
    List<Double> ticks() {
      double decades = Math.log10(to / from);
      double[] mantissas = decades > 3.5 ? DECADES : decades > 1.3 ? COARSE : FINE;
      List<Double> ticks = new ArrayList<>();
      for (int decade = (int) Math.floor(Math.log10(from)); decade <= Math.log10(to); decade++) {
        for (double mantissa : mantissas) {
          double tick = mantissa * Math.pow(10, decade);
          if (tick >= from && tick <= to) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
  }

  /** The document. */
  public String text() {
    Markup out = new Markup();
    out.line(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\" role=\"img\">",
        WIDTH, HEIGHT, WIDTH, HEIGHT);
    out.line("<title>%s</title>", escaped(title));
    out.line("<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    out.text(LEFT, 28, "font-size=\"17\" font-weight=\"bold\" fill=\"#222222\"", title);
    out.text(LEFT, 48, "fill=\"#666666\"", subtitle);
    axes(out);
    for (int i = 0; i < lines.size(); i++) {
      draw(out, lines.get(i), i);
    }
    out.line("</svg>");
    return out.text();
  }

  private void axes(Markup out) {
    for (double tick : x.ticks()) {
      double at = x.at(tick);
      out.line(
          "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#e6e6e6\"/>",
          at, TOP, at, HEIGHT - BOTTOM);
      out.text(at, HEIGHT - BOTTOM + 19, "text-anchor=\"middle\" fill=\"#444444\"", rate(tick));
    }
    for (double tick : y.ticks()) {
      double at = y.at(tick);
      out.line(
          "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e6e6e6\"/>",
          LEFT, at, WIDTH - RIGHT, at);
      out.text(LEFT - 8, at + 4.5, "text-anchor=\"end\" fill=\"#444444\"", plain(tick));
    }
    out.line(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999999\"/>",
        LEFT, TOP, WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP);
    out.text(
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 20,
        "text-anchor=\"middle\" fill=\"#222222\"",
        x.label());
    double middle = (TOP + HEIGHT - BOTTOM) / 2.0;
    out.text(
        22,
        middle,
        String.format(
            Locale.ROOT,
            "text-anchor=\"middle\" fill=\"#222222\" transform=\"rotate(-90 22 %.1f)\"",
            middle),
        y.label());
  }

  private void draw(Markup out, Line line, int number) {
    String colour = COLOURS[number % COLOURS.length];
    StringBuilder places = new StringBuilder();
    for (Point point : line.points()) {
      places.append(format("%.1f,%.1f ", x.at(point.x()), y.at(point.y())));
    }
    out.line(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        places.toString().strip(), colour, line.dashed() ? " stroke-dasharray=\"6 4\"" : "");
    for (Point point : line.points()) {
      mark(out, x.at(point.x()), y.at(point.y()), number, colour);
    }
    double legend = TOP + 14 + 24.0 * number;
    int left = WIDTH - RIGHT + 18;
    out.line(
        "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        left, legend, left + 26, legend, colour, line.dashed() ? " stroke-dasharray=\"6 4\"" : "");
    mark(out, left + 13, legend, number, colour);
    out.text(left + 34, legend + 4.5, "fill=\"#222222\"", line.name());
  }

  /** A circle, a square, a triangle, a diamond, and over again. */
  private static void mark(Markup out, double x, double y, int number, String colour) {
    switch (number % 4) {
      case 0 -> out.line("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.6\" fill=\"%s\"/>", x, y, colour);
      case 1 ->
          out.line(
              "<rect x=\"%.1f\" y=\"%.1f\" width=\"6.6\" height=\"6.6\" fill=\"%s\"/>",
              x - 3.3, y - 3.3, colour);
      case 2 -> out.line("<path d=\"M%.1f %.1fl4.4 7.6h-8.8z\" fill=\"%s\"/>", x, y - 4.8, colour);
      default ->
          out.line(
              "<path d=\"M%.1f %.1fl4.4 4.4l-4.4 4.4l-4.4 -4.4z\" fill=\"%s\"/>",
              x, y - 4.4, colour);
    }
  }

  /** Rates are told as powers where they are small. */
  private static String rate(double value) {
    if (value >= 0.01) {
      return plain(value);
    }
    int exponent = (int) Math.floor(Math.log10(value) + 1e-9);
    return format("%.1fe%d", value / Math.pow(10, exponent), exponent).replace(".0e", "e");
  }

  private static String plain(double value) {
    return value >= 1
        ? format("%,.0f", value)
        : format("%.4f", value).replaceAll("0+$", "").replaceAll("\\.$", "");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }

  /** Lines of markup as they grow. Confined to one thread. */
  private static final class Markup {
    private final StringBuilder out = new StringBuilder();

    void line(String form, Object... values) {
      out.append(format(form, values)).append('\n');
    }

    void text(double x, double y, String attributes, String text) {
      line("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>", x, y, attributes, escaped(text));
    }

    String text() {
      return out.toString();
    }
  }
}
