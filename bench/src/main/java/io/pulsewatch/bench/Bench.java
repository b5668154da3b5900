package io.pulsewatch.bench;

import io.pulsewatch.bench.report.Failures;
import io.pulsewatch.bench.report.Json;
import io.pulsewatch.bench.report.ResultsFile;
import io.pulsewatch.bench.report.Table;
import io.pulsewatch.bench.scale.Scale;
import io.pulsewatch.bench.scale.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The benchmark: measures, prints a table, writes a file. Arguments: the folder for logs, the file
 * for the results, and the parts to run (all of {@link #PARTS} if none is named).
 *
 * <p>Each part has its time. One that takes longer, or fails, says so in the file and the others go
 * on; the file is written after each of them.
 */
public final class Bench {
  private static final List<String> PARTS = List.of("heartbeats", "kernel", "memory", "verdicts");

  /** Run only when named. */
  private static final String DETECTORS = "detectors";

  /** Only when named: it takes more than three minutes of its own. */
  private static final String PAUSES = "pauses";

  /** Only when named: it measures nothing that gets slower. */
  private static final String ROTATION = "rotation";

  private static final List<String> NAMED = List.of(PAUSES, ROTATION, DETECTORS);

  private static final long SEED = 20260801;

  private final Plan plan;
  private final Children children;
  private final Map<String, Object> results = new LinkedHashMap<>();
  private final Map<String, Object> machine = Conditions.machine();
  private final Conditions conditions;

  private Bench(Plan plan, Children children) {
    this.plan = plan;
    this.children = children;
    this.conditions = new Conditions(children, System.getenv());
  }

  /** Runs it; exits with 1 if a part failed or a verdict came too early. */
  public static void main(String[] args) throws Exception {
    Plan plan = Plan.of(System.getenv(), args.length == 2);
    Path file = Path.of(args[1]);
    List<String> parts = args.length > 2 ? List.of(args).subList(2, args.length) : PARTS;
    for (String part : parts) {
      if (!PARTS.contains(part) && !NAMED.contains(part) && !Scale.PARTS.contains(part)) {
        throw new IllegalArgumentException(
            "part: " + part + " (expected: one of " + PARTS + ", " + NAMED + Scale.PARTS + ")");
      }
    }
    Table table;
    Bench bench;
    try (Children children = new Children(Path.of(args[0]), serverFlags())) {
      Runtime.getRuntime().addShutdownHook(new Thread(children::close, "bench-end"));
      bench = new Bench(plan, children);
      try (TimeLimit whole = TimeLimit.ofProcess(plan.limitSeconds())) {
        for (String part : parts) {
          bench.attempt(part, Math.min(plan.partSeconds(), whole.leftSeconds()));
          ResultsFile.write(file, bench.report());
        }
      }
      table = new Table(bench.report());
      System.out.println();
      System.out.print(table.text());
      System.out.println("\nwritten to " + file);
    }
    System.exit(table.verdictsWereRight() && Failures.of(bench.results).isEmpty() ? 0 : 1);
  }

  /** Runs a part; what came of it is in the results, also if it fails half-way. */
  private void attempt(String part, long seconds) throws InterruptedException {
    System.out.println(part);
    conditions.begin();
    String failure = "";
    try (TimeLimit limit = TimeLimit.ofCaller(seconds)) {
      try {
        run(part);
        Json.write(results); // a figure that is no number spoils no other part
      } catch (InterruptedException e) {
        if (!limit.isOver()) {
          throw e;
        }
        failure = "took longer than " + seconds + " s";
      } catch (IOException | RuntimeException e) {
        failure = String.valueOf(e.getMessage() == null ? e : e.getMessage());
      }
    }
    if (!failure.isEmpty()) {
      System.err.println("bench: " + part + " " + failure);
      fail(part, failure);
      children.killAll();
    }
    conditions.end(part);
  }

  private void fail(String part, String failure) {
    Map<String, Object> told = new LinkedHashMap<>();
    if (results.get(part) instanceof Map<?, ?> half && isText(half)) {
      half.forEach((name, value) -> told.put(String.valueOf(name), value));
    }
    told.put(Failures.FAILED, failure);
    results.put(part, told);
  }

  private static boolean isText(Map<?, ?> half) {
    try {
      return !Json.write(half).isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void run(String part) throws IOException, InterruptedException {
    switch (part) {
      case "heartbeats" -> results.put("heartbeats", new Heartbeats(plan, children).run());
      case "kernel" -> results.put("kernel_heartbeat", KernelCost.run(children));
      case DETECTORS -> results.put("detector_heartbeat", DetectorCosts.run(children));
      case "memory" -> results.put("memory_per_stream", new IdleMemory(plan, children).run());
      case "verdicts" ->
          results.putAll(new Verdicts(plan, children, new SplittableRandom(SEED)).run());
      case PAUSES -> results.put("own_pauses", new Pauses(plan, children).run());
      case ROTATION -> results.put("certificate_rotation", Rotation.run(plan, children));
      default -> {
        Map<String, Object> json = new LinkedHashMap<>();
        results.put(part, json);
        Scale.run(part, new Sizes(System.getenv()), children, json);
      }
    }
  }

  private Map<String, Object> report() {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("schema", 1);
    report.put("machine", machine);
    report.put("conditions", conditions.json());
    report.put("results", results);
    return report;
  }

  private static List<String> serverFlags() {
    String flags = System.getenv().getOrDefault("BENCH_SERVER_FLAGS", "");
    return Stream.of(flags.split(" ", -1)).filter(flag -> !flag.isEmpty()).toList();
  }
}
