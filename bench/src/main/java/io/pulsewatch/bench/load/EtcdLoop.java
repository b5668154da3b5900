package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.Proc;
import io.pulsewatch.bench.wire.LeaseAnswer;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Renews etcd's leases as fast as it answers: what {@link ClosedLoop} does to ours, with one lease
 * for each stream. Reads the same lines and answers with fewer names. Confined to its thread.
 */
public final class EtcdLoop implements RawEvents {
  private static final long SECONDS_TO_LIVE = 60;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LeaseAnswer answer = new LeaseAnswer();
  private final byte[][] messages;
  private final long firstLease;
  private final int streams;
  private final int window;
  private final List<RawStream> keepers = new ArrayList<>();
  private final long[] sent;
  private final long[] answered;
  private int granted;
  private long answers;
  private boolean pumping = true;

  private EtcdLoop(int run, int streams, int window) {
    this.firstLease = ProcessHandle.current().pid() * 1_000_000L + run * 1_000L + 1;
    this.streams = streams;
    this.messages = new byte[streams][];
    for (int i = 0; i < streams; i++) {
      messages[i] = EtcdMessages.keepAlive(lease(i));
    }
    this.window = window;
    this.sent = new long[streams];
    this.answered = new long[streams];
  }

  /** Serves its standard input until it ends. */
  public static void main(String[] args) throws IOException {
    AtomicInteger runs = new AtomicInteger();
    Orders.serve(
        words -> {
          try (RawLoop loop = new RawLoop(words[0])) {
            EtcdLoop load = new EtcdLoop(runs.incrementAndGet(), words[3], words[4]);
            return load.run(loop, words[1], words[2], words[5], words[6]);
          }
        });
  }

  private Line run(RawLoop loop, long pid, int connections, int warmMillis, int measureMillis)
      throws IOException {
    List<RawConnection> opened = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      opened.add(loop.connect(this));
    }
    for (int i = 0; i < streams; i++) {
      RawConnection connection = opened.get(i % connections);
      byte[] grant = EtcdMessages.grant(lease(i), SECONDS_TO_LIVE);
      connection.halfClose(connection.open(-1, EtcdMessages.GRANT, grant));
    }
    long began = System.nanoTime();
    while (granted < streams) {
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        throw new IllegalStateException("granted: " + granted);
      }
      loop.turn(1);
    }
    for (int i = 0; i < streams; i++) {
      RawConnection connection = opened.get(i % connections);
      keepers.add(connection.open(i, EtcdMessages.KEEP_ALIVE, messages[i]));
      sent[i] = 1;
    }
    turnFor(loop, warmMillis);
    answers = 0;
    long cpu = Proc.cpuNanos(pid);
    long ownCpu = ownCpuNanos();
    long took = turnFor(loop, measureMillis);
    Line line =
        new Line()
            .with("heartbeats", answers)
            .with("took_nanos", took)
            .with("cpu_nanos", ownCpuNanos() - ownCpu)
            .with("server_cpu_nanos", Proc.cpuNanos(pid) - cpu);
    pumping = false;
    return line;
  }

  /** A lease that was granted before cannot be granted again. */
  private long lease(int stream) {
    return firstLease + stream;
  }

  private static long ownCpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long turnFor(RawLoop loop, int millis) throws IOException {
    long began = System.nanoTime();
    long now = began;
    while (now - began < TimeUnit.MILLISECONDS.toNanos(millis)) {
      loop.turn(1);
      now = System.nanoTime();
    }
    return now - began;
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    if (stream.number() < 0) {
      granted++;
      return;
    }
    answer.read(in, from, length);
    if (answer.ttlSeconds() == 0) {
      throw new IllegalStateException("lease lost");
    }
    answered[stream.number()]++;
    answers++;
    pump(stream);
  }

  @Override
  public void onRoom(RawConnection connection) {
    for (RawStream keeper : keepers) {
      if (keeper.connection() == connection) {
        pump(keeper);
      }
    }
  }

  private void pump(RawStream stream) {
    int number = stream.number();
    while (pumping
        && sent[number] - answered[number] < window
        && stream.connection().send(stream, messages[number])) {
      sent[number]++;
    }
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    if (stream.number() >= 0 && pumping) {
      throw new IllegalStateException("stream ended: " + why);
    }
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }
}
