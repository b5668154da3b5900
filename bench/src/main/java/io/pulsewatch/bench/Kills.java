package io.pulsewatch.bench;

import io.pulsewatch.bench.load.Fleet;
import io.pulsewatch.bench.load.FleetOrder;
import io.pulsewatch.bench.load.SmallClient;
import io.pulsewatch.bench.report.Quantiles;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * From the end of a client to the watcher that is told SUSPECT, in three ways to end: a socket that
 * is reset, a small process that is killed, and a JVM that is killed.
 *
 * <p>The killer is the watcher, so one clock is read by one process. The kernel closes the sockets
 * of a killed process only after it has taken its memory apart, which is quick for a small process
 * and is not for a JVM: that time is the client's, not ours. Confined to its thread.
 */
public final class Kills {
  private static final String VICTIM = "victim-";
  private static final int BATCH = 50;
  private static final int WAIT_SECONDS = 20;

  /** Most victims never beat: each is ended long before its silence is news. */
  private static final long INTERVAL_MILLIS = 4_000;

  private static final long TIMEOUT_MILLIS = 8_000;

  /** How long a loss is held back that is read in the wake of the server's own pause. */
  private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS / 2);

  /** Drawn evenly from this range, so that kills keep no step with anything periodic. */
  private static final long MIN_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private static final long MAX_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(14);

  private final Children children;
  private final int port;
  private final WatchTap tap;
  private final RandomGenerator chance;
  private int victims;

  public Kills(Children children, int port, WatchTap tap, RandomGenerator chance) {
    this.children = children;
    this.port = port;
    this.tap = tap;
    this.chance = chance;
  }

  /** Something that is alive until it is ended. Returns the instant of the end. */
  private interface Victim {
    long end() throws IOException;
  }

  Map<String, Object> run(Plan plan) throws IOException, InterruptedException {
    resets(plan.killWarmUp());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("unit", "ms");
    json.put("how", "client socket reset (RST)");
    json.putAll(resets(plan.resets()));
    json.put("small_process", smallProcesses(plan.kills()));
    json.put("jvm", measure(plan.jvmKills(), plan.jvmKills(), this::jvm).json());
    return json;
  }

  /** Resets sockets, one after the other. */
  public Map<String, Object> resets(int count) throws IOException, InterruptedException {
    return measure(count, BATCH, this::socket).json();
  }

  /** Kills small processes, one after the other. */
  Map<String, Object> smallProcesses(int count) throws IOException, InterruptedException {
    return measure(count, BATCH, this::smallProcess).json();
  }

  private interface Maker {
    Victim make(String instanceId) throws IOException;
  }

  private Delays measure(int count, int batch, Maker maker)
      throws IOException, InterruptedException {
    Delays delays = new Delays();
    for (int done = 0; done < count; done += batch) {
      Map<String, Victim> living = new LinkedHashMap<>();
      for (int i = 0; i < Math.min(batch, count - done); i++) {
        String instanceId = VICTIM + ++victims + "-0";
        living.put(instanceId, maker.make(instanceId));
      }
      for (String instanceId : living.keySet()) {
        tap.await(State.STATE_ALIVE, instanceId, WAIT_SECONDS);
      }
      for (Map.Entry<String, Victim> entry : living.entrySet()) {
        LockSupport.parkNanos(chance.nextLong(MIN_GAP_NANOS, MAX_GAP_NANOS));
        long ended = entry.getValue().end();
        delays.add(ended, tap.await(State.STATE_SUSPECT, entry.getKey(), WAIT_SECONDS));
      }
    }
    return delays;
  }

  /** From end to news, and what does not belong there. */
  private static final class Delays {
    private final Quantiles told = new Quantiles();
    private int heldByPause;
    private int spoiled;

    void add(long endedNanos, WatchTap.Sighting suspect) {
      long took = suspect.atNanos() - endedNanos;
      if (suspect.change().getCause() != Cause.CAUSE_STREAM_LOST) {
        spoiled++; // the machine was so slow that it was found silent before its end
      } else if (took >= HOLD_NANOS && suspect.serverPauseNanos() > 0) {
        heldByPause++;
      } else {
        told.add(took);
      }
    }

    Map<String, Object> json() {
      Map<String, Object> json = told.json();
      json.put("held_by_server_pause", heldByPause);
      json.put("spoiled", spoiled);
      return json;
    }
  }

  private Victim socket(String instanceId) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoLinger(true, 0); // close() resets
    socket.getOutputStream().write(bytes(instanceId));
    return () -> {
      long now = System.nanoTime();
      socket.close();
      return now;
    };
  }

  /** A shell opens the socket and becomes `cat`, a process of about a megabyte. */
  private Victim smallProcess(String instanceId) throws IOException {
    Path bytes = children.file("small-client.bytes");
    Files.write(bytes, bytes(instanceId));
    String script =
        "exec 3<>/dev/tcp/127.0.0.1/%d; cat '%s' >&3; echo ready; exec cat <&3 >/dev/null";
    Child child =
        children.command(
            "small-process", List.of("bash", "-c", script.formatted(port, bytes.toString())));
    return await(child)::kill;
  }

  private Victim jvm(String instanceId) throws IOException {
    String prefix = instanceId.substring(0, instanceId.length() - 1); // a fleet numbers its streams
    FleetOrder order =
        FleetOrder.even(
            port, prefix, 1, 1, INTERVAL_MILLIS, TIMEOUT_MILLIS, children.file("victim.sent"));
    return children.victim("victim-jvm", Fleet.class, order.arguments())::kill;
  }

  private static Child await(Child child) throws IOException {
    try {
      child.await(WAIT_SECONDS);
      return child;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private byte[] bytes(String instanceId) {
    return SmallClient.bytes(port, instanceId, INTERVAL_MILLIS, TIMEOUT_MILLIS);
  }
}
