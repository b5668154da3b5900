package io.pulsewatch.bench;

import io.pulsewatch.bench.load.Fleet;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.SendLog;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * From the end of the granted timeout to the watcher that is told DEAD, while many other streams
 * live. Some streams of a big fleet fall silent, and a second process is stopped by SIGSTOP: its
 * sockets stay open.
 *
 * <p>The timeout is counted from the instant at which the client was about to send its last
 * message; the server counts from its arrival, which is later. So what is measured here is more
 * than what the server takes, and a verdict that looks too early is too early. Confined to its
 * thread.
 */
final class Silences implements AutoCloseable {
  private static final String LIVE = "live-";
  private static final String STOPPED = "stopped-";
  private static final int CONNECTIONS = 100;
  private static final long INTERVAL_MILLIS = 2_000;
  private static final long TIMEOUT_MILLIS = 4_000;
  private static final long TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
  private static final int READY_SECONDS = 60;
  private static final int WAIT_SECONDS = 20;

  private final Plan plan;
  private final Children children;
  private final int port;
  private final WatchTap tap;
  private final RandomGenerator chance;
  private final SendLog log;
  private final Child fleet;
  private final int[] numbers;
  private int early;

  /** Starts the big fleet, and returns when it has beaten for a while. */
  Silences(Plan plan, Children children, int port, WatchTap tap, RandomGenerator chance)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.children = children;
    this.port = port;
    this.tap = tap;
    this.chance = chance;
    // As many more as fall silent: at the end there are still as many alive as the plan says.
    this.numbers = shuffled(plan.liveStreams() + plan.rounds() * plan.silences());
    FleetOrder order = order(LIVE, CONNECTIONS, numbers.length);
    this.log = SendLog.map(order.sendLog(), order.streams());
    this.fleet = children.load("fleet-live", Fleet.class, order.arguments());
    fleet.await(READY_SECONDS);
    Thread.sleep(2 * INTERVAL_MILLIS);
  }

  Map<String, Object> run() throws IOException, InterruptedException {
    Lateness silenced = new Lateness();
    for (int round = 0; round < plan.rounds(); round++) {
      int from = round * plan.silences();
      for (int i = from; i < from + plan.silences(); i++) {
        log.silence(numbers[i]);
      }
      for (int i = from; i < from + plan.silences(); i++) {
        silenced.add(LIVE, numbers[i], log);
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("unit", "ms after the timeout");
    json.put("live_streams", plan.liveStreams());
    json.put("interval_ms", INTERVAL_MILLIS);
    json.put("timeout_ms", TIMEOUT_MILLIS);
    json.putAll(silenced.json());
    json.put("sigstop", stopProcess().json());
    json.put("early", early);
    json.put("false_deaths", notSilenced(State.STATE_DEAD));
    json.put("false_suspects", notSilenced(State.STATE_SUSPECT));
    return json;
  }

  @Override
  public void close() {
    fleet.close();
  }

  /** How many were told to be in this state although nobody silenced them. */
  private long notSilenced(State state) {
    long silenced = (long) plan.rounds() * plan.silences() + plan.stopped();
    return tap.count(state, LIVE) + tap.count(state, STOPPED) - silenced;
  }

  private Lateness stopProcess() throws IOException, InterruptedException {
    FleetOrder order = order(STOPPED, 1, plan.stopped());
    SendLog stoppedLog = SendLog.map(order.sendLog(), order.streams());
    Lateness lateness = new Lateness();
    try (Child child = children.load("fleet-stopped", Fleet.class, order.arguments())) {
      child.await(READY_SECONDS);
      Thread.sleep(2 * INTERVAL_MILLIS);
      child.pause();
      for (int i = 0; i < plan.stopped(); i++) {
        lateness.add(STOPPED, i, stoppedLog);
      }
      child.kill();
    }
    return lateness;
  }

  /** How late verdicts were: as the watcher saw it, and as the server says. */
  private final class Lateness {
    private final Quantiles seen = new Quantiles();
    private final Quantiles netOfPauses = new Quantiles();
    private final Quantiles serverOverdue = new Quantiles();

    void add(String prefix, int number, SendLog sent) throws InterruptedException {
      WatchTap.Sighting dead = tap.await(State.STATE_DEAD, prefix + number, WAIT_SECONDS);
      if (dead.change().getCause() != Cause.CAUSE_SILENCE) {
        throw new IllegalStateException("dead for another cause: " + dead);
      }
      if (!sent.isSettled(number)) {
        return; // stopped between the note and the send: nobody knows whether it left
      }
      long late = dead.atNanos() - sent.sentNanos(number) - TIMEOUT_NANOS;
      if (late < 0 || dead.silenceNanos() < TIMEOUT_NANOS) {
        early++;
      }
      seen.add(late);
      netOfPauses.add(late - dead.serverPauseNanos());
      serverOverdue.add(dead.overdueNanos());
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>(seen.json());
      json.put("net_of_server_pauses", netOfPauses.json());
      json.put("server_says", serverOverdue.json());
      return json;
    }
  }

  private FleetOrder order(String prefix, int connections, int streams) {
    return FleetOrder.even(
        port,
        prefix,
        connections,
        streams,
        INTERVAL_MILLIS,
        TIMEOUT_MILLIS,
        children.file(prefix + port + ".sent"));
  }

  private int[] shuffled(int count) {
    int[] shuffled = new int[count];
    for (int i = 0; i < count; i++) {
      int other = chance.nextInt(i + 1);
      shuffled[i] = shuffled[other];
      shuffled[other] = i;
    }
    return shuffled;
  }
}
