package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.Crowd;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What many watchers are told: one change, and many at once; beside it, the same bytes handed to as
 * many calls of a gRPC server that does nothing else. Confined to its thread.
 */
final class FanOut {
  private static final int READY_SECONDS = 120;
  private static final int DONE_SECONDS = 400;

  /** So many measurements are made and not counted. */
  private static final int WARM_UPS = 2;

  private final Children children;
  private final int watchers;
  private final int connections;
  private final int times;
  private final int burst;
  private final int bursts;
  private final int rawBurst;
  private final int rounds;

  FanOut(Sizes sizes, Children children) {
    this.children = children;
    this.watchers = sizes.of("BENCH_FANOUT_WATCHERS", 10_000, 20_000);
    this.connections = sizes.of("BENCH_FANOUT_CONNECTIONS", 50, 1_000);
    this.times = sizes.of("BENCH_FANOUT_TIMES", 30, 10_000);
    this.burst = sizes.of("BENCH_BURST", 1_000, 1_000);
    this.bursts = sizes.of("BENCH_BURSTS", 3, 100);
    this.rawBurst = sizes.of("BENCH_RAW_BURST", 50, 1_000);
    this.rounds = sizes.of("BENCH_FANOUT_ROUNDS", 9, 100);
  }

  /** Both servers live; they are asked in turns. */
  void run(Map<String, Object> json) throws IOException, InterruptedException {
    List<String> heap = List.of("-Xms2g", "-Xmx2g");
    try (Children.Server ours = children.server(Target.OURS, heap);
        Children.Server raw = children.server(Target.NOOP, heap);
        Child crowd = crowd(ours, "ours");
        Child rawCrowd = crowd(raw, "raw")) {
      crowd.await(READY_SECONDS);
      rawCrowd.await(READY_SECONDS);
      System.out.println("  warming up");
      crowd.ask("one " + times * WARM_UPS, DONE_SECONDS);
      rawCrowd.ask("one " + times * WARM_UPS, DONE_SECONDS);
      crowd.ask("burst " + burst + " 1", DONE_SECONDS);
      json.put("watchers", watchers);
      json.put("connections", connections);
      json.put("warm_up_changes", times * WARM_UPS);
      Paired one = new Paired("last_p50_micros");
      for (int i = 0; i < rounds; i++) {
        one.alternated(() -> ask(crowd, "one " + times), () -> ask(rawCrowd, "one " + times));
        json.put("one_change_ms_to_the_last", one.json(1e3));
      }
      Line ourBurst = ask(crowd, "burst " + burst + " " + bursts);
      Line theirBurst = ask(rawCrowd, "burst " + rawBurst + " " + bursts);
      json.put("burst", burst(ourBurst, burst));
      json.put("raw_burst", burst(theirBurst, rawBurst));
    }
  }

  private Map<String, Object> burst(Line line, int changes) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("changes", changes);
    json.put("ms_to_the_last", line.get("median_micros") / 1e3);
    json.put("told_per_second", 1e6 * changes * watchers / line.get("median_micros"));
    json.put("incomplete", line.get("incomplete"));
    json.put("folded", line.get("folded"));
    return json;
  }

  private static Line ask(Child crowd, String order) throws IOException, InterruptedException {
    Line line = Line.parse(crowd.ask(order, DONE_SECONDS));
    System.out.println("    " + order + ": " + line);
    return line;
  }

  private Child crowd(Children.Server server, String what) throws IOException {
    Path sample = children.file("one-change");
    return children.load(
        "crowd-" + what,
        Crowd.class,
        List.of(
            Integer.toString(server.port()),
            Integer.toString(watchers),
            Integer.toString(connections),
            what,
            sample.toString()));
  }
}
