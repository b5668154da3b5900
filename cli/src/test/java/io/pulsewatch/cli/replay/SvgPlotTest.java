package io.pulsewatch.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.cli.replay.SvgPlot.Line;
import io.pulsewatch.cli.replay.SvgPlot.Point;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Plots as XML that every viewer reads. */
final class SvgPlotTest {

  @Test
  void itIsWellFormedWhateverTheNames() throws Exception {
    Document document =
        parse(
            new SvgPlot(
                "a < b & c",
                "\"quoted\" > 100 %",
                "x, 1 %",
                "y, ms",
                List.of(new Line("<tail>", List.of(new Point(1e-4, 1_000)), false))));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(texts(document)).contains("a < b & c", "\"quoted\" > 100 %", "<tail>", "y, ms");
  }

  @Test
  void everyPointIsInsideTheFrame() throws Exception {
    List<Point> points = List.of(new Point(1e-6, 20_000), new Point(0.2, 105), new Point(1, 1));
    Document document =
        parse(new SvgPlot("t", "s", "x", "y", List.of(new Line("l", points, true))));
    Element line = (Element) document.getElementsByTagName("polyline").item(0);
    String[] places = line.getAttribute("points").split(" ", -1);
    assertThat(places).hasSize(3);
    double right = 84;
    double down = 64;
    for (String place : places) {
      String[] xy = place.split(",", -1);
      // Rates grow to the right, and milliseconds upwards.
      assertThat(Double.parseDouble(xy[0])).isBetween(right, 644.0);
      assertThat(Double.parseDouble(xy[1])).isBetween(down, 434.0);
      right = Double.parseDouble(xy[0]);
      down = Double.parseDouble(xy[1]);
    }
  }

  @Test
  void ticksAreRoundAndFewerOverManyDecades() throws Exception {
    Document near = parse(plotFromTo(100, 400));
    assertThat(texts(near)).contains("100", "150", "200", "300", "400");
    Document far = parse(plotFromTo(1, 100_000));
    assertThat(texts(far)).contains("1", "10", "100,000").doesNotContain("20");
  }

  @Test
  void whatHasNoPlaceOnALogarithmicAxisIsRefused() {
    assertThatThrownBy(() -> plotFromTo(0, 1))
        .hasMessage("y: 0.0 (expected: above 0, for a logarithmic axis)");
    assertThatThrownBy(() -> plotFromTo(Double.NaN, 1)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new SvgPlot("t", "s", "x", "y", List.of()))
        .hasMessage("x: nothing to plot");
  }

  @Test
  void detectorsThatWereNeverWrongStillMakeAPlot() throws Exception {
    Tally right = new Tally(100, 1e9, 0, 0, 1, 1);
    Curve curve = new Curve("fixed", List.of(new Curve.Point(1, List.of(right))));
    assertThat(texts(parse(RateTimePlot.of("t", "s", List.of(curve)))))
        .contains("s: no mistakes at all");
  }

  private static SvgPlot plotFromTo(double low, double high) {
    return new SvgPlot(
        "t",
        "s",
        "x",
        "y",
        List.of(new Line("l", List.of(new Point(1, low), new Point(1, high)), false)));
  }

  private static Document parse(SvgPlot plot) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(plot.text().getBytes(UTF_8)));
  }

  private static List<String> texts(Document document) {
    NodeList nodes = document.getElementsByTagName("text");
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }
}
