package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.Crowd;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One change to many watchers, ours beside etcd's; both keep it on disk. Both are alive; whoever is
 * not measured is stopped. Confined to its thread.
 */
final class EtcdFanOut {
  private static final int READY_SECONDS = 120;
  private static final int DONE_SECONDS = 300;
  private static final int WARM_UPS = 2;

  private final Children children;
  private final int watchers;
  private final int connections;
  private final int times;
  private final int pairs;

  EtcdFanOut(Sizes sizes, Children children) {
    this.children = children;
    this.watchers = sizes.of("BENCH_FANOUT_WATCHERS", 10_000, 20_000);
    this.connections = sizes.of("BENCH_FANOUT_CONNECTIONS", 50, 1_000);
    this.times = sizes.of("BENCH_FANOUT_TIMES", 30, 10_000);
    this.pairs = sizes.of("BENCH_PAIRS", 9, 1_000);
  }

  void run(Map<String, Object> json) throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.DURABLE, List.of("-Xms2g", "-Xmx2g"));
        Etcd etcd = Etcd.start(children);
        Child ours = crowd(server.port(), "ours");
        Child theirs = crowd(etcd.port(), "etcd")) {
      ours.await(READY_SECONDS);
      theirs.await(READY_SECONDS);
      json.put("watchers", watchers);
      json.put("connections", connections);
      json.put("ledger", "sqlite");
      json.put("warm_up_changes", times * WARM_UPS);
      System.out.println("  warming up");
      etcd.child().pause();
      ours.ask("one " + times * WARM_UPS, DONE_SECONDS);
      server.child().pause();
      etcd.child().resume();
      theirs.ask("one " + times * WARM_UPS, DONE_SECONDS);
      etcd.child().pause();
      Paired one = new Paired("last_p50_micros");
      for (int i = 0; i < pairs; i++) {
        one.alternated(() -> ask(server.child(), ours), () -> ask(etcd.child(), theirs));
        json.put("one_change_ms_to_the_last", one.json(1e3));
      }
      server.child().resume();
      etcd.child().resume();
    }
  }

  private Line ask(Child server, Child crowd) throws IOException, InterruptedException {
    server.resume();
    Line line = Line.parse(crowd.ask("one " + times, DONE_SECONDS));
    server.pause();
    System.out.println("    " + line);
    return line;
  }

  private Child crowd(int port, String watched) throws IOException {
    return children.load(
        "crowd-" + watched,
        Crowd.class,
        List.of(
            Integer.toString(port),
            Integer.toString(watchers),
            Integer.toString(connections),
            watched,
            children.file("one-change").toString()));
  }
}
