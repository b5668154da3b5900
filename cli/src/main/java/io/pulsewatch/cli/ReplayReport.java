package io.pulsewatch.cli;

import io.pulsewatch.cli.Columns.Cell;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Curve.Point;
import io.pulsewatch.cli.replay.RateTimePlot;
import io.pulsewatch.cli.replay.Tally;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Curves of detectors as text. Confined to the main thread. */
final class ReplayReport {
  private static final double[] RATES = {1e-2, 1e-3, 1e-4};

  /** Beyond this a detector is wrong before every other heartbeat: nobody wants to see more. */
  private static final double HOPELESS = 0.5;

  /** With fewer mistakes than this at a rate, the figure may be off by a third and more. */
  private static final int FEW = 30;

  /** A rate at which fewer would be expected could be ten times that, or nothing. */
  private static final int TOO_FEW = 3;

  private final PrintStream out;
  private final boolean colour;
  private final List<Candidate> candidates;

  ReplayReport(Surroundings surroundings, List<Candidate> candidates) {
    this.out = surroundings.out();
    this.colour = surroundings.colour();
    this.candidates = candidates;
  }

  /** One object a line: each detector at each value of its knob. */
  void printJson(List<Curve> curves, @Nullable String file) {
    String head = file == null ? "{" : "{\"file\":" + VectorsReport.quoted(file) + ",";
    for (int i = 0; i < curves.size(); i++) {
      for (Point point : curves.get(i).points()) {
        Tally total = point.total();
        out.println(
            head
                + "\"detector\":"
                + VectorsReport.quoted(curves.get(i).name())
                + ",\"knob\":"
                + candidates.get(i).shown(point.knob())
                + ",\"detection_ms_mean\":"
                + total.detectionMillis()
                + ",\"mistakes_per_beat\":"
                + total.mistakesPerBeat()
                + ",\"mistake_ms_mean\":"
                + total.mistakeMillis()
                + ",\"query_accuracy\":"
                + total.queryAccuracy()
                + "}");
      }
    }
  }

  /** What compares, and then all of it. */
  void printForPeople(String title, List<Curve> curves) {
    out.println(title);
    out.println();
    printEqualMistakes(curves);
    out.println();
    Table table = new Table("DETECTOR", "KNOB", "DETECTION", "WRONG", "LASTED", "ACCURACY");
    for (int i = 0; i < curves.size(); i++) {
      for (Point point : interesting(curves.get(i).points())) {
        table.row(Cell.plain(cells(candidates.get(i), point)));
      }
    }
    table.print(out, colour);
    out.println();
  }

  /** The plot as SVG. */
  String plot(String title, List<Curve> curves) {
    return RateTimePlot.of("Detection time against mistakes", title, curves).text();
  }

  private void printEqualMistakes(List<Curve> curves) {
    List<String> headings = new ArrayList<>(List.of("DETECTION AT EQUAL MISTAKES"));
    for (double rate : RATES) {
      headings.add("1 IN " + Math.round(1 / rate));
    }
    Table table = new Table(headings.toArray(String[]::new));
    boolean few = false;
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      List<String> cells = new ArrayList<>(List.of(curve.name()));
      for (double rate : RATES) {
        String cell = detection(candidates.get(i), curve, rate);
        few |= cell.startsWith("~");
        cells.add(cell);
      }
      table.row(Cell.plain(cells));
    }
    table.print(out, colour);
    out.println(few ? "~ rests on fewer than " + FEW + " mistakes; - too few to say" : "");
  }

  private static String detection(Candidate candidate, Curve curve, double rate) {
    OptionalDouble knob = curve.knobAt(rate);
    OptionalDouble millis = curve.detectionMillisAt(rate);
    double expected = curve.points().get(0).total().beats() * rate;
    if (knob.isEmpty() || millis.isEmpty() || expected < TOO_FEW) {
      return "-";
    }
    return format(
        "%s%.0f ms (%s)",
        expected < FEW ? "~" : "", millis.getAsDouble(), candidate.setting(knob.getAsDouble()));
  }

  /** From the first that is not hopeless to the first that was never wrong. */
  private static List<Point> interesting(List<Point> points) {
    List<Point> some = new ArrayList<>();
    for (Point point : points) {
      if (point.total().mistakesPerBeat() < HOPELESS) {
        some.add(point);
        if (point.total().mistakes() == 0) {
          break;
        }
      }
    }
    return some;
  }

  private static List<String> cells(Candidate candidate, Point point) {
    Tally total = point.total();
    boolean never = total.mistakes() == 0;
    return List.of(
        candidate.name(),
        candidate.setting(point.knob()),
        format("%.1f ms", total.detectionMillis()),
        never ? "never" : format("%.2e", total.mistakesPerBeat()),
        never ? "" : format("%.1f ms", total.mistakeMillis()),
        format("%.6f", total.queryAccuracy()));
  }

  private static String format(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
