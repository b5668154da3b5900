package io.pulsewatch.bench;

import io.pulsewatch.bench.load.ClosedLoop;
import io.pulsewatch.bench.report.Statistics;
import io.pulsewatch.bench.serve.Target;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Heartbeats acked in a second, ours beside the no-op server's.
 *
 * <p>Both servers are alive at the same time and are measured in turn, the first of a pair now the
 * one and now the other, so that a slow minute of the machine hits both. The one that is not
 * measured is stopped by SIGSTOP and costs nothing. After some pairs both are started afresh: what
 * the JIT compiler makes of a program differs from start to start. Confined to its thread.
 */
final class Heartbeats {
  private static final double LEVEL = 0.95;
  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double NANOS_PER_MICRO = TimeUnit.MICROSECONDS.toNanos(1);
  private static final int ANSWER_SECONDS = 30;

  /** The compiler is done when it took at most this long in each of so many measurements. */
  private static final long CALM_JIT_MILLIS = 50;

  private static final int CALM_MEASUREMENTS = 3;

  private final Plan plan;
  private final Children children;
  private final List<Sample> ours = new ArrayList<>();
  private final List<Sample> noop = new ArrayList<>();

  /**
   * One measurement.
   *
   * @param perSecond heartbeats acked in a second
   * @param serverMicros the server's processor time for each
   * @param loadShare how much of one processor the load generator used
   * @param ackBytes mean size of an ack message
   * @param acksPerHeartbeat 1 where every heartbeat has an ack of its own
   */
  private record Sample(
      double perSecond,
      double serverMicros,
      double loadShare,
      double ackBytes,
      double acksPerHeartbeat,
      double p50Millis,
      double p99Millis) {
    static Sample of(Line line) {
      if (line.get("incomplete") > 0) {
        throw new IllegalStateException("acks without fence or state: " + line);
      }
      double heartbeats = line.get("heartbeats");
      double took = line.get("took_nanos");
      return new Sample(
          heartbeats / took * NANOS_PER_SECOND,
          line.get("server_cpu_nanos") / heartbeats / NANOS_PER_MICRO,
          line.get("cpu_nanos") / took,
          (double) line.get("ack_bytes") / line.get("acks"),
          line.get("acks") / heartbeats,
          line.get("p50_nanos") / 1e6,
          line.get("p99_nanos") / 1e6);
    }
  }

  Heartbeats(Plan plan, Children children) {
    this.plan = plan;
    this.children = children;
  }

  Map<String, Object> run() throws IOException, InterruptedException {
    for (int launch = 0; launch < plan.launches(); launch++) {
      try (Children.Server oursServer = children.server(plan.measured());
          Children.Server noopServer = children.server(Target.NOOP);
          Child load = children.load("closed-loop", ClosedLoop.class, List.of())) {
        load.await(ANSWER_SECONDS);
        oursServer.child().pause();
        noopServer.child().pause();
        warmUp(load, noopServer);
        warmUp(load, oursServer);
        for (int pair = 0; pair < plan.pairsPerLaunch(); pair++) {
          if (pair % 2 == 0) {
            ours.add(measure(load, oursServer));
            noop.add(measure(load, noopServer));
          } else {
            noop.add(measure(load, noopServer));
            ours.add(measure(load, oursServer));
          }
          tell();
        }
        oursServer.child().resume();
        noopServer.child().resume();
      }
    }
    return json();
  }

  /** Load that is not counted, until the JIT compiler has nothing more to do, or for so long. */
  private void warmUp(Child load, Children.Server server) throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.warmUpMillis());
    int calm = 0;
    while (calm < CALM_MEASUREMENTS && System.nanoTime() - until < 0) {
      server.child().resume();
      long before = jitMillis(server);
      run(load, server);
      calm = jitMillis(server) - before <= CALM_JIT_MILLIS ? calm + 1 : 0;
      server.child().pause();
    }
  }

  private Sample measure(Child load, Children.Server server)
      throws IOException, InterruptedException {
    server.child().resume();
    Sample sample = run(load, server);
    server.child().pause();
    return sample;
  }

  private Sample run(Child load, Children.Server server) throws IOException, InterruptedException {
    String command =
        String.format(
            Locale.ROOT,
            "run %d %d %d %d %d %d %d",
            server.port(),
            server.child().pid(),
            plan.connections(),
            plan.streams(),
            plan.window(),
            plan.settleMillis(),
            plan.measureMillis());
    return Sample.of(Line.parse(load.ask(command, ANSWER_SECONDS)));
  }

  private static long jitMillis(Children.Server server) throws IOException, InterruptedException {
    return Line.parse(server.child().ask("jit", ANSWER_SECONDS)).get("jit");
  }

  private void tell() {
    Sample our = ours.get(ours.size() - 1);
    Sample their = noop.get(noop.size() - 1);
    System.out.printf(
        Locale.ROOT,
        "  pair %2d of %d   ours %,9.0f/s   no-op %,9.0f/s   ratio %.3f%n",
        ours.size(),
        plan.pairs(),
        our.perSecond(),
        their.perSecond(),
        our.perSecond() / their.perSecond());
  }

  private Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ours", median(ours, Sample::perSecond));
    json.put("noop", median(noop, Sample::perSecond));
    json.put("unit", "heartbeats/s");
    ratio(json, "ratio_to_noop", Sample::perSecond);
    json.put("pairs", ours.size());
    json.put("streams", plan.streams());
    json.put("connections", plan.connections());
    json.put("window", plan.window());
    json.put("ours_server_cpu_us", median(ours, Sample::serverMicros));
    json.put("noop_server_cpu_us", median(noop, Sample::serverMicros));
    ratio(json, "server_cpu_ratio", Sample::serverMicros);
    json.put("ours_ack_bytes", median(ours, Sample::ackBytes));
    json.put("noop_ack_bytes", median(noop, Sample::ackBytes));
    json.put("ours_acks_per_heartbeat", median(ours, Sample::acksPerHeartbeat));
    json.put("noop_acks_per_heartbeat", median(noop, Sample::acksPerHeartbeat));
    json.put("ours_round_trip_ms_p50", median(ours, Sample::p50Millis));
    json.put("noop_round_trip_ms_p50", median(noop, Sample::p50Millis));
    json.put("ours_round_trip_ms_p99", median(ours, Sample::p99Millis));
    json.put("noop_round_trip_ms_p99", median(noop, Sample::p99Millis));
    json.put("load_generator_cpu_share", median(ours, Sample::loadShare));
    json.put("ours_samples", ours.stream().map(Sample::perSecond).toList());
    json.put("noop_samples", noop.stream().map(Sample::perSecond).toList());
    return json;
  }

  /** The median of the pairs' ratios: a pair shares its minute, two medians do not. */
  private void ratio(Map<String, Object> json, String name, ToDoubleFunction<Sample> value) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(value.applyAsDouble(ours.get(i)) / value.applyAsDouble(noop.get(i)));
    }
    Statistics.Interval interval = Statistics.medianInterval(ratios, LEVEL);
    json.put(name, Statistics.median(ratios));
    json.put(name + "_interval", List.of(interval.low(), interval.high()));
    json.put(name + "_interval_level", interval.level());
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Statistics.median(samples.stream().map(value::applyAsDouble).toList());
  }
}
