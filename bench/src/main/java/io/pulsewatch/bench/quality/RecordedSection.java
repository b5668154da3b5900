package io.pulsewatch.bench.quality;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.RateTimePlot;
import io.pulsewatch.cli.replay.Trace;
import io.pulsewatch.cli.replay.TraceException;
import io.pulsewatch.cli.replay.TraceReader;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Our own recordings: each scenario alone, and all together as one fleet. One thread. */
final class RecordedSection {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int WARM_UP = 240;
  private static final int BLOCK_BEATS = 200;
  private static final long DRAWS_SEED = 6;
  private static final List<Double> RATES = List.of(1e-2, 1e-3);

  /** In the order in which they are told; each is a folder. */
  private static final List<String> SCENARIOS =
      List.of("quiet", "cpu", "gc", "stall", "wan", "mobile");

  /** A figure that rests on fewer mistakes is marked. */
  private static final int FEW = 30;

  private final Figures figures;
  private final Path folder;

  RecordedSection(Figures figures, Path folder) {
    this.figures = figures;
    this.folder = folder;
  }

  /** Runs it; returns the text of the plot. */
  String run() throws IOException, TraceException {
    List<Candidate> candidates = new ArrayList<>(Candidates.all(INTERVAL_NANOS, Profile.LAN));
    candidates.add(RootTail.candidate(Profile.LAN));
    List<List<String>> rows = new ArrayList<>();
    List<Stream> everything = new ArrayList<>();
    for (String scenario : SCENARIOS) {
      List<Stream> streams = read(scenario);
      everything.addAll(streams);
      rows(rows, scenario, experiment(streams, candidates));
    }
    Experiment together = experiment(everything, candidates);
    rows(rows, "**all together**", together);
    List<String> headings = new ArrayList<>(List.of("T_D, ms", "at"));
    candidates.forEach(candidate -> headings.add(candidate.name()));
    headings.add("tail / fixed (95 %)");
    figures.put("recorded_times", Figures.table(headings, rows));
    figures.put("recorded_streams", "%d", everything.size());
    figures.put("recorded_beats", "%,d", together.beats());
    figures.put("recorded_parts", parts(together));
    return RateTimePlot.of(
            "Recorded streams: detection time against mistakes",
            Figures.format(
                "%d streams of %d scenarios, interval 100 ms, %,d heartbeats; one setting for all",
                everything.size(), SCENARIOS.size(), together.beats()),
            together.curves(0))
        .text();
  }

  private static Experiment experiment(List<Stream> streams, List<Candidate> candidates) {
    return Experiment.run(
        List.of(new Fleet("recorded", streams, WARM_UP)),
        candidates,
        BLOCK_BEATS,
        RATES,
        DRAWS_SEED);
  }

  private List<Stream> read(String scenario) throws IOException, TraceException {
    TraceReader reader = new TraceReader();
    List<Path> files;
    try (java.util.stream.Stream<Path> list = Files.list(folder.resolve(scenario))) {
      files = list.sorted().toList();
    }
    List<Stream> streams = new ArrayList<>();
    for (Path file : files) {
      Trace trace = reader.read(file);
      streams.add(new Stream(scenario, trace, INTERVAL_NANOS));
    }
    return streams;
  }

  private static void rows(List<List<String>> rows, String scenario, Experiment experiment) {
    for (double rate : RATES) {
      boolean few = experiment.beats() * rate < FEW;
      List<String> row = new ArrayList<>(List.of(scenario, Figures.format("%.0e", rate)));
      for (Candidate candidate : experiment.candidates()) {
        Estimate time = experiment.detectionMillis(candidate.name(), stream -> true, rate);
        row.add((few ? "~" : "") + Figures.millis(time.value()));
      }
      row.add(
          (few ? "~" : "")
              + Figures.ratio(
                  experiment.ratio(MixedFleet.TAIL, MixedFleet.FIXED, stream -> true, rate)));
      rows.add(row);
    }
  }

  /** Who gains and who pays, when one setting holds for all. */
  private static String parts(Experiment together) {
    List<List<String>> rows = new ArrayList<>();
    for (String scenario : SCENARIOS) {
      Predicate<Stream> part = stream -> stream.part().equals(scenario);
      List<String> row = new ArrayList<>(List.of(scenario));
      for (Candidate candidate : together.candidates()) {
        row.add(Figures.millis(together.detectionMillis(candidate.name(), part, 1e-3).value()));
      }
      rows.add(row);
    }
    List<String> headings = new ArrayList<>(List.of("T_D, ms, at 1e-3 of all"));
    together.candidates().forEach(candidate -> headings.add(candidate.name()));
    return Figures.table(headings, rows);
  }
}
