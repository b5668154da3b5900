package io.pulsewatch.bench;

import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * How soon a watcher is told of an end: both kinds of end on one server. Confined to its thread.
 */
final class Verdicts {
  private static final int NORMAL_SECONDS = 40;

  private final Plan plan;
  private final Children children;
  private final RandomGenerator chance;

  Verdicts(Plan plan, Children children, RandomGenerator chance) {
    this.plan = plan;
    this.children = children;
    this.chance = chance;
  }

  /** The results of both, by name. */
  Map<String, Object> run() throws IOException, InterruptedException {
    System.out.println("  ending clients of the no-op server");
    Map<String, Object> reference = reference();
    try (Children.Server server = children.server(plan.measured());
        WatchTap tap = WatchTap.open(server.port())) {
      System.out.println("  waiting until the server has warmed up");
      tap.awaitNormal(NORMAL_SECONDS);
      System.out.println("  ending clients");
      Kills kills = new Kills(children, server.port(), tap, chance);
      Map<String, Object> suspects = kills.run(plan);
      suspects.put("noop", reference);
      System.out.printf("  starting %,d live streams%n", plan.liveStreams());
      try (Silences silences = new Silences(plan, children, server.port(), tap, chance)) {
        suspects.put("with_live_streams", kills.resets(plan.resets()));
        System.out.println("  silencing some of them");
        Map<String, Object> deaths = silences.run();
        Map<String, Object> results = new LinkedHashMap<>();
        results.put("kill_to_suspect", suspects);
        results.put("silence_to_dead", deaths);
        return results;
      }
    }
  }

  /** The same ends where nothing is decided: what the machine and gRPC take. */
  private Map<String, Object> reference() throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.NOOP);
        WatchTap tap = WatchTap.open(server.port())) {
      Kills kills = new Kills(children, server.port(), tap, chance);
      kills.resets(plan.killWarmUp());
      Map<String, Object> json = kills.resets(plan.resets());
      json.put("small_process", kills.smallProcesses(plan.kills()));
      return json;
    }
  }
}
