package io.pulsewatch.bench.quality;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.cli.replay.TraceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes docs/DETECTION.md and its plots. Arguments: the root of the repository.
 *
 * <p>The prose stands in bench/src/main/resources/DETECTION.md; every figure in it is computed
 * here. The same sources give the same bytes: all chance is seeded, and no date, machine or
 * duration is told. Confined to its thread, but for the sweeps, which run beside each other.
 */
public final class DetectionReport {
  private static final String TEMPLATE = "/DETECTION.md";

  private DetectionReport() {}

  public static void main(String[] args) throws IOException, TraceException {
    Path root = Path.of(args[0]);
    Path images = Files.createDirectories(root.resolve("docs/img"));
    Figures figures = new Figures();
    Files.writeString(
        images.resolve("detection-recorded.svg"),
        new RecordedSection(figures, root.resolve("bench/traces")).run());
    System.out.println("recorded streams: done");
    Files.writeString(images.resolve("detection-jaist.svg"), new JaistSection(figures).run());
    System.out.println("JAIST-like stream: done");
    new CalibrationSection(figures).run();
    System.out.println("calibration of the mixed fleet: done");
    Experiment even = new FleetSection(figures).run();
    Files.writeString(images.resolve("detection-fleet.svg"), FleetSection.plot(even));
    new OtherFleetsSection(figures).run(even);
    System.out.println("mixed fleets: done");
    new DefaultsSection(figures).run();
    Files.writeString(root.resolve("docs/DETECTION.md"), figures.fill(template()));
    System.out.println("written: docs/DETECTION.md, docs/img/detection-*.svg");
  }

  private static String template() throws IOException {
    try (var in = DetectionReport.class.getResourceAsStream(TEMPLATE)) {
      if (in == null) {
        throw new IOException("no " + TEMPLATE + " beside the classes");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
