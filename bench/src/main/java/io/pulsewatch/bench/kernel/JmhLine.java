package io.pulsewatch.bench.kernel;

import io.pulsewatch.bench.Line;
import java.util.Collection;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs a benchmark in this process, which does nothing else, and makes a line of it. Stateless. */
final class JmhLine {
  private static final String ALLOCATED = "gc.alloc.rate.norm";
  private static final double PICOS_PER_NANO = 1_000;

  private JmhLine() {}

  /** Picoseconds and thousandths of a byte for each call of each method. */
  static Line of(Class<?> benchmark) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(benchmark.getName())
            .forks(0) // the caller started this process for it, and can stop it
            .warmupIterations(2)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(300))
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    Line line = new Line();
    Collection<RunResult> results = new Runner(options).run();
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      line.with(time.getLabel() + "_picos", Math.round(time.getScore() * PICOS_PER_NANO));
      for (Map.Entry<String, ?> entry : result.getSecondaryResults().entrySet()) {
        if (entry.getKey().endsWith(ALLOCATED) && entry.getValue() instanceof Result<?> bytes) {
          line.with(time.getLabel() + "_milli_bytes", Math.round(bytes.getScore() * 1_000));
        }
      }
    }
    return line;
  }
}
