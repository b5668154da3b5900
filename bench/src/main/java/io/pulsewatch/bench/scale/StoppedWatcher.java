package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.Crowd;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two watchers stop reading while very many changes happen: what the server's heap does, what ten
 * others notice, and what the two are told on waking. The ring is full before. Confined to its
 * thread.
 */
final class StoppedWatcher {
  private static final int OTHERS = 10;
  private static final int AT_ONCE = 1_000;
  private static final int FILLING = 100_000;
  private static final int READY_SECONDS = 60;
  private static final int DONE_SECONDS = 300;

  private final Children children;
  private final int changes;

  StoppedWatcher(Sizes sizes, Children children) {
    this.children = children;
    this.changes = sizes.of("BENCH_SLEPT_CHANGES", 1_000_000, 100_000_000);
  }

  Map<String, Object> run() throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.OURS, List.of());
        Child crowd =
            children.load(
                "crowd-sleep",
                Crowd.class,
                List.of(
                    Integer.toString(server.port()),
                    Integer.toString(OTHERS),
                    Integer.toString(OTHERS),
                    "ours",
                    children.file("one-change").toString()))) {
      crowd.await(READY_SECONDS);
      ask(crowd, "rounds " + FILLING + " " + AT_ONCE);
      Line before = ask(crowd, "rounds " + FILLING + " " + AT_ONCE);
      ask(crowd, "sleep");
      double heapBefore = heapMib(server);
      Line during = ask(crowd, "rounds " + changes + " " + AT_ONCE);
      double heapAfter = heapMib(server);
      Line waking = ask(crowd, "wake");
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("changes", changes);
      json.put("at_once", AT_ONCE);
      json.put("others", OTHERS);
      json.put("heap_mib_before", heapBefore);
      json.put("heap_mib_after", heapAfter);
      json.put("others_before", rounds(before));
      json.put("others_meanwhile", rounds(during));
      json.put("ms_until_both_know_all", waking.get("took_micros") / 1e3);
      for (String who : List.of("every_change", "latest")) {
        for (String what : List.of("changes", "folded", "snapshots", "skipped", "instances")) {
          json.put(who + "_told_" + what, waking.get(who + "_" + what));
        }
      }
      return json;
    }
  }

  private static Map<String, Object> rounds(Line line) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ms_until_told_p50", line.get("round_p50_micros") / 1e3);
    json.put("ms_until_told_p99", line.get("round_p99_micros") / 1e3);
    json.put("ms_until_told_max", line.get("round_max_micros") / 1e3);
    return json;
  }

  private static double heapMib(Children.Server server) throws IOException, InterruptedException {
    return Line.parse(server.child().ask("heap", READY_SECONDS)).get("heap") / 0x1p20;
  }

  private static Line ask(Child crowd, String order) throws IOException, InterruptedException {
    Line line = Line.parse(crowd.ask(order, DONE_SECONDS));
    System.out.println("    " + order + ": " + line);
    return line;
  }
}
