package io.pulsewatch.bench;

import io.pulsewatch.bench.report.Json;
import io.pulsewatch.bench.report.Table;
import io.pulsewatch.bench.scale.Scale;
import io.pulsewatch.bench.scale.Sizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The benchmark: measures, prints a table, writes a file. Arguments: the folder for logs, the file
 * for the results, and the parts to run (all of {@link #PARTS} if none is named).
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

  private Bench() {}

  /** Runs it; exits with 1 if it failed or a verdict came too early. */
  public static void main(String[] args) throws Exception {
    Plan plan = Plan.of(System.getenv());
    Path file = Path.of(args[1]);
    List<String> parts = args.length > 2 ? List.of(args).subList(2, args.length) : PARTS;
    for (String part : parts) {
      if (!PARTS.contains(part) && !NAMED.contains(part) && !Scale.PARTS.contains(part)) {
        throw new IllegalArgumentException(
            "part: " + part + " (expected: one of " + PARTS + ", " + NAMED + Scale.PARTS + ")");
      }
    }
    Table table;
    try (Children children = new Children(Path.of(args[0]), serverFlags())) {
      Runtime.getRuntime().addShutdownHook(new Thread(children::close, "bench-end"));
      giveUpAfter(plan.limitSeconds());
      Map<String, Object> report = run(plan, children, parts);
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, Json.write(report));
      table = new Table(report);
      System.out.println();
      System.out.print(table.text());
      System.out.println("\nwritten to " + file);
    }
    System.exit(table.verdictsWereRight() ? 0 : 1);
  }

  private static Map<String, Object> run(Plan plan, Children children, List<String> parts)
      throws IOException, InterruptedException {
    Map<String, Object> results = new LinkedHashMap<>();
    Map<String, Object> machine = Conditions.machine();
    Conditions conditions = new Conditions(children);
    for (String part : parts) {
      System.out.println(part);
      conditions.begin();
      switch (part) {
        case "heartbeats" -> results.put("heartbeats", new Heartbeats(plan, children).run());
        case "kernel" -> results.put("kernel_heartbeat", KernelCost.run(children));
        case DETECTORS -> results.put("detector_heartbeat", DetectorCosts.run(children));
        case "memory" -> results.put("memory_per_stream", new IdleMemory(plan, children).run());
        case "verdicts" ->
            results.putAll(new Verdicts(plan, children, new SplittableRandom(SEED)).run());
        case PAUSES -> results.put("own_pauses", new Pauses(plan, children).run());
        case ROTATION -> results.put("certificate_rotation", Rotation.run(plan, children));
        default -> results.put(part, Scale.run(part, new Sizes(System.getenv()), children));
      }
      conditions.end(part);
    }
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

  private static void giveUpAfter(int seconds) {
    Thread watchdog =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(seconds);
                System.err.println("bench: given up after " + seconds + " s");
                System.exit(3); // the shutdown hook ends the children
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "bench-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }
}
