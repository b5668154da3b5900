package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.Child;
import io.pulsewatch.bench.Children;
import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.load.ClosedLoop;
import io.pulsewatch.bench.load.EtcdLoop;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Heartbeats a second beside etcd's lease keepalives a second, in closed loops of the same shape:
 * as many streams on as many connections with as many under way. The shape is the one of several in
 * which etcd does best. Whoever is not measured is stopped. Confined to its thread.
 */
final class KeepAlives {
  /** Connections, streams, and how many are under way on each stream. */
  private static final String USUAL_SHAPES = "4:16:64,16:16:64,4:64:64,16:64:64,50:500:8";

  private static final int SETTLE_MILLIS = 300;
  private static final int ANSWER_SECONDS = 120;

  private final Children children;
  private final List<Shape> shapes = new ArrayList<>();
  private final int pairs;
  private final int warmUpMillis;
  private final int measureMillis;

  KeepAlives(Sizes sizes, Children children) {
    this.children = children;
    this.pairs = sizes.of("BENCH_PAIRS", 9, 1_000);
    this.warmUpMillis = sizes.of("BENCH_WARM_UP_MILLIS", 16_000, 100_000);
    this.measureMillis = sizes.of("BENCH_MEASURE_MILLIS", 1_000, 100_000);
    for (String shape : sizes.words("BENCH_SHAPES", USUAL_SHAPES)) {
      shapes.add(Shape.of(shape));
    }
  }

  private record Shape(int connections, int streams, int window) {
    static Shape of(String text) {
      String[] words = text.split(":", -1);
      return new Shape(
          Integer.parseInt(words[0]), Integer.parseInt(words[1]), Integer.parseInt(words[2]));
    }

    @Override
    public String toString() {
      return connections + ":" + streams + ":" + window;
    }
  }

  /** The rate of each, what each costs its server, and the ratio within the pairs. */
  void run(Map<String, Object> json) throws IOException, InterruptedException {
    try (Children.Server server = children.server(Target.OURS);
        Etcd etcd = Etcd.start(children);
        Child ours = children.load("closed-loop", ClosedLoop.class, List.of());
        Child theirs = children.load("etcd-loop", EtcdLoop.class, List.of())) {
      ours.await(ANSWER_SECONDS);
      theirs.await(ANSWER_SECONDS);
      etcd.child().pause();
      Warmth.closedLoop(children, server, warmUpMillis);
      server.child().pause();
      Map<String, Object> tried = new LinkedHashMap<>();
      Shape shape = best(theirs, etcd, tried);
      json.put("unit", "heartbeats/s, keepalives/s");
      json.put("connections_streams_window", shape.toString());
      json.put("etcd_per_second_by_shape", tried);
      json.put("warm_up_ms_at_most", warmUpMillis);
      // Each generator and our server once more in the shape that counts.
      measure(ours, server.child(), server.port(), shape, warmUpMillis / 2);
      measure(theirs, etcd.child(), etcd.port(), shape, warmUpMillis / 2);
      Paired rate = new Paired("per_second");
      Paired cpu = new Paired("cpu_nanos_each");
      for (int i = 0; i < pairs; i++) {
        rate.alternated(
            () -> measure(ours, server.child(), server.port(), shape, SETTLE_MILLIS),
            () -> measure(theirs, etcd.child(), etcd.port(), shape, SETTLE_MILLIS));
        cpu.add(rate.lastOurs(), rate.lastTheirs());
        System.out.println("  ours " + rate.lastOurs() + "   etcd " + rate.lastTheirs());
        json.put("per_second", rate.json(1));
        json.put("server_cpu_us_each", cpu.json(1e3));
      }
      json.put("load_cores_percent_ours", rate.lastOurs().get("load_percent"));
      json.put("load_cores_percent_etcd", rate.lastTheirs().get("load_percent"));
      server.child().resume();
      etcd.child().resume();
    }
  }

  private Shape best(Child theirs, Etcd etcd, Map<String, Object> tried)
      throws IOException, InterruptedException {
    Shape best = shapes.get(0);
    long most = 0;
    for (Shape shape : shapes) {
      int warmMillis = warmUpMillis / shapes.size();
      Line line = measure(theirs, etcd.child(), etcd.port(), shape, warmMillis);
      long rate = line.get("per_second");
      System.out.println("  etcd in shape " + shape + ": " + line);
      tried.put(shape.toString(), rate);
      if (rate > most) {
        most = rate;
        best = shape;
      }
    }
    return best;
  }

  private Line measure(Child load, Child server, int port, Shape shape, int warmMillis)
      throws IOException, InterruptedException {
    server.resume();
    String order =
        String.format(
            Locale.ROOT,
            "run %d %d %d %d %d %d %d",
            port,
            server.pid(),
            shape.connections(),
            shape.streams(),
            shape.window(),
            warmMillis,
            measureMillis);
    Line line = Line.parse(load.ask(order, ANSWER_SECONDS));
    server.pause();
    double took = line.get("took_nanos");
    return new Line()
        .with("per_second", Math.round(line.get("heartbeats") / took * 1e9))
        .with("cpu_nanos_each", line.get("server_cpu_nanos") / Math.max(1, line.get("heartbeats")))
        .with("load_percent", Math.round(line.get("cpu_nanos") / took * 100));
  }
}
