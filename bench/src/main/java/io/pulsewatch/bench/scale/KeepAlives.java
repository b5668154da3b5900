package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.ClosedLoop;
import io.pulsewatch.bench.load.EtcdLoop;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Heartbeats a second beside etcd's lease keepalives a second, in a closed loop of the same shape.
 * Whoever is not measured is stopped. Confined to its thread.
 */
public final class KeepAlives {
  private static final int STREAMS = 16;
  private static final int CONNECTIONS = 4;
  private static final int WINDOW = 64;
  private static final int SETTLE_MILLIS = 300;
  private static final int ANSWER_SECONDS = 60;

  private final Children children;
  private final int pairs;
  private final int warmUpMillis;
  private final int measureMillis;

  public KeepAlives(Sizes sizes, Children children) {
    this.children = children;
    this.pairs = sizes.of("BENCH_PAIRS", 9, 1_000);
    this.warmUpMillis = sizes.of("BENCH_WARM_UP_MILLIS", 10_000, 100_000);
    this.measureMillis = sizes.of("BENCH_MEASURE_MILLIS", 1_000, 100_000);
  }

  /** The rate of each, what each costs its server, and the ratio within the pairs. */
  public Map<String, Object> run() throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.OURS);
        Etcd etcd = Etcd.start(children);
        Child ours = children.load("closed-loop", ClosedLoop.class, List.of());
        Child theirs = children.load("etcd-loop", EtcdLoop.class, List.of())) {
      ours.await(ANSWER_SECONDS);
      theirs.await(ANSWER_SECONDS);
      etcd.child().pause();
      ours.ask(order(server.port(), server.child().pid(), warmUpMillis), ANSWER_SECONDS);
      server.child().pause();
      etcd.child().resume();
      theirs.ask(order(etcd.port(), etcd.child().pid(), warmUpMillis / 2), ANSWER_SECONDS);
      etcd.child().pause();
      Paired rate = new Paired("per_second");
      Paired cpu = new Paired("cpu_nanos_each");
      for (int i = 0; i < pairs; i++) {
        Line our = measure(ours, server.child(), server.port());
        Line their = measure(theirs, etcd.child(), etcd.port());
        rate.add(our, their);
        cpu.add(our, their);
        System.out.println("  ours " + our + "   etcd " + their);
      }
      server.child().resume();
      etcd.child().resume();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("unit", "heartbeats/s, keepalives/s");
      json.put("streams", STREAMS);
      json.put("connections", CONNECTIONS);
      json.put("window", WINDOW);
      json.put("per_second", rate.json(1));
      json.put("server_cpu_us_each", cpu.json(1e3));
      return json;
    }
  }

  private Line measure(Child load, Child server, int port)
      throws IOException, InterruptedException {
    server.resume();
    Line line = Line.parse(load.ask(order(port, server.pid(), SETTLE_MILLIS), ANSWER_SECONDS));
    server.pause();
    double seconds = line.get("took_nanos") / 1e9;
    return new Line()
        .with("per_second", Math.round(line.get("heartbeats") / seconds))
        .with("cpu_nanos_each", line.get("server_cpu_nanos") / Math.max(1, line.get("heartbeats")));
  }

  private String order(int port, long pid, int warmMillis) {
    return String.format(
        Locale.ROOT,
        "run %d %d %d %d %d %d %d",
        port,
        pid,
        CONNECTIONS,
        STREAMS,
        WINDOW,
        warmMillis,
        measureMillis);
  }
}
