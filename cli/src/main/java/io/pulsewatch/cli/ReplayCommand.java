package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewatch.cli.replay.Candidate;
import io.pulsewatch.cli.replay.Candidates;
import io.pulsewatch.cli.replay.Curve;
import io.pulsewatch.cli.replay.Meter;
import io.pulsewatch.cli.replay.Sweep;
import io.pulsewatch.cli.replay.Sweep.Source;
import io.pulsewatch.cli.replay.Trace;
import io.pulsewatch.cli.replay.TraceException;
import io.pulsewatch.cli.replay.TraceReader;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pulsewatch replay}. */
@Command(
    name = "replay",
    description = {
      "Replay recorded heartbeats through every detector: how soon would each have seen a crash,"
          + " and how often would it have been wrong?",
      "Each detector's knob is swept over its whole range; one value holds for all files together."
          + " Files have the columns sequence,sent_ns,received_ns, plain or gzipped; an empty"
          + " received_ns means that it arrived when it was sent. pulsewatch record writes them.",
      "KNOB: the factor k of tail, the timeout of fixed in ms, the threshold of phi, the margin of"
          + " nfd2w in s, as register takes them.",
      "DETECTION: mean time from a crash right after a heartbeat was sent to SUSPECT. WRONG: share"
          + " of heartbeats before which a living sender was suspected. LASTED: for how long."
          + " ACCURACY: share of time in which the living was not suspected."
    })
final class ReplayCommand implements Callable<Integer> {
  /** Heartbeats that teach and are not counted: so many at most, and a tenth of a trace. */
  private static final int MAX_WARM_UP = 2_000;

  private static final int WARM_UP_SHARE = 10;

  private final Surroundings surroundings;

  @Option(
      names = "--vectors",
      paramLabel = "FILE",
      description = "Instead, run the conformance vectors of a file; code 1 if any fails.")
  private @Nullable Path vectors;

  @Parameters(arity = "0..*", paramLabel = "FILE", description = "Traces, one session each.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "What the senders promised; without it, the median gap of each file.")
  private @Nullable Duration interval;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = "What tail expects at first: ${COMPLETION-CANDIDATES} (default: lan).")
  private ProfileName profile = ProfileName.LAN;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Heartbeats at the beginning of each file that teach and are not counted; without it a"
              + " tenth, at most 2000.")
  private int warmUp = -1;

  @Option(names = "--per-file", description = "Tell of each file, too, not of all together only.")
  private boolean perFile;

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Write a plot of detection time against mistakes.")
  private @Nullable Path svg;

  @Mixin private final OutputOption output;

  ReplayCommand(Surroundings surroundings, PulsewatchCommand root) {
    this.surroundings = surroundings;
    this.output = new OutputOption(surroundings, root.output());
  }

  /** The detector's profiles, as they are typed. */
  enum ProfileName {
    LAN(Profile.LAN),
    WAN(Profile.WAN),
    MOBILE(Profile.MOBILE);

    private final Profile profile;

    ProfileName(Profile profile) {
      this.profile = profile;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Integer call() {
    if (vectors != null) {
      if (!files.isEmpty()) {
        throw CommandException.usage("--vectors runs a file of its own: leave out " + files.get(0));
      }
      return new VectorsReport(surroundings, output).run(vectors);
    }
    if (files.isEmpty()) {
      throw CommandException.usage("no trace was given (see: pulsewatch replay --help)");
    }
    replay();
    return ExitCodes.DONE;
  }

  private void replay() {
    if (interval != null && (interval.isZero() || interval.compareTo(Duration.ofDays(1)) > 0)) {
      throw CommandException.usage(
          "--interval: " + Spans.exact(interval) + " (expected: 1 ms to 1 d)");
    }
    List<Source> sources = read();
    List<Candidate> candidates = Candidates.all(sources.get(0).intervalNanos(), profile.profile);
    List<Curve> pooled = curves(candidates, sources);
    ReplayReport report = new ReplayReport(surroundings, candidates);
    if (perFile) {
      for (Source source : sources) {
        List<Curve> curves = curves(candidates, List.of(source));
        if (output.json()) {
          report.printJson(curves, source.trace().name());
        } else {
          report.printForPeople(source.trace().name(), curves);
        }
      }
    }
    if (output.json()) {
      report.printJson(pooled, null);
    } else {
      report.printForPeople(title(sources), pooled);
    }
    if (svg != null) {
      write(svg, report.plot(title(sources), pooled));
    }
  }

  private List<Source> read() {
    TraceReader reader = new TraceReader();
    List<Source> sources = new ArrayList<>();
    for (Path file : files) {
      Trace trace = read(reader, file);
      int counted = warmUp < 0 ? Math.min(MAX_WARM_UP, trace.size() / WARM_UP_SHARE) : warmUp;
      if (counted >= trace.size() - 1) {
        throw CommandException.usage(
            "--warm-up: "
                + counted
                + " (expected: less than the "
                + trace.size()
                + " of "
                + file
                + ")");
      }
      long nanos = interval == null ? trace.estimatedIntervalNanos() : interval.toNanos();
      sources.add(new Source(trace, nanos, counted));
    }
    if (reader.shifted() > 0) {
      surroundings.say(
          reader.shifted()
              + " files have two clocks: their quickest heartbeat counts as no delay, so their"
              + " DETECTION lacks the least delay of the path");
    }
    if (reader.overtaken() > 0) {
      surroundings.say(reader.overtaken() + " heartbeats were overtaken by later ones: left out");
    }
    return sources;
  }

  private static Trace read(TraceReader reader, Path file) {
    try {
      return reader.read(file);
    } catch (TraceException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new CommandException(ExitCodes.REFUSED, "cannot read " + file + ": " + e.getMessage());
    }
  }

  private static List<Curve> curves(List<Candidate> candidates, List<Source> sources) {
    Sweep sweep = new Sweep(new Meter(Integer.MAX_VALUE), sources);
    return candidates.stream().map(sweep::run).toList();
  }

  private static String title(List<Source> sources) {
    long beats = 0;
    for (Source source : sources) {
      beats += source.trace().size() - 1L - source.warmUp();
    }
    return String.format(
        Locale.ROOT,
        "%,d heartbeats of %,d traces, interval %s",
        beats,
        sources.size(),
        Spans.exact(Duration.ofNanos(sources.get(0).intervalNanos())));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, UTF_8);
    } catch (IOException e) {
      throw new CommandException(ExitCodes.REFUSED, "cannot write " + file + ": " + e.getMessage());
    }
  }
}
