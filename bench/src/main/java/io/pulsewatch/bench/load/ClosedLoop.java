package io.pulsewatch.bench.load;

import io.pulsewatch.bench.Line;
import io.pulsewatch.bench.Proc;
import io.pulsewatch.bench.wire.Answer;
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
import java.util.function.IntSupplier;
import org.HdrHistogram.Histogram;

/**
 * Sends heartbeats as fast as they are acked: on each stream a window of them is under way, and
 * every ack makes room for the next.
 *
 * <p>Reads lines {@code run PORT SERVER_PID CONNECTIONS STREAMS WINDOW WARM_MILLIS MEASURE_MILLIS}
 * and answers each with one line of {@code name=value} pairs. Confined to its thread.
 */
public final class ClosedLoop implements RawEvents {
  private static final long INTERVAL_MILLIS = 2_000;
  private static final long TIMEOUT_MILLIS = 6_000;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final long serverPid;
  private final Answer answer = new Answer();
  private final Histogram roundTrip = new Histogram(LONGEST_NANOS, 3);
  private final List<RawStream> streams = new ArrayList<>();
  private final boolean[] ready;
  private final long[] sent;
  private final long[] acked;
  private final int window;

  private boolean pumping = true;
  private int registered;
  private int ended;
  private long heartbeats;
  private long acks;
  private long ackBytes;
  private long incomplete;

  private ClosedLoop(long serverPid, int streams, int window) {
    this.serverPid = serverPid;
    this.ready = new boolean[streams];
    this.sent = new long[streams];
    this.acked = new long[streams];
    this.window = window;
  }

  /** Serves its standard input until it ends. */
  public static void main(String[] args) throws IOException {
    AtomicInteger runs = new AtomicInteger();
    Orders.serve(
        words -> {
          String prefix =
              "loop-" + ProcessHandle.current().pid() + "-" + runs.incrementAndGet() + "-";
          ClosedLoop loop = new ClosedLoop(words[1], words[3], words[4]);
          long warm = TimeUnit.MILLISECONDS.toNanos(words[5]);
          long measure = TimeUnit.MILLISECONDS.toNanos(words[6]);
          return loop.run(prefix, words[0], words[2], warm, measure);
        });
  }

  private String run(String prefix, int port, int connections, long warmNanos, long measureNanos)
      throws IOException {
    try (RawLoop loop = new RawLoop(port)) {
      List<RawConnection> opened = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        opened.add(loop.connect(this));
      }
      for (int i = 0; i < sent.length; i++) {
        byte[] first = Registrations.register(prefix + i, INTERVAL_MILLIS, TIMEOUT_MILLIS);
        streams.add(opened.get(i % connections).open(i, Registrations.PATH, first));
      }
      turnUntilAll(loop, () -> registered);
      turnFor(loop, warmNanos);
      heartbeats = 0;
      acks = 0;
      ackBytes = 0;
      roundTrip.reset();
      long serverCpuBefore = Proc.cpuNanos(serverPid);
      long cpuBefore = cpuNanos();
      long took = turnFor(loop, measureNanos);
      long cpu = cpuNanos() - cpuBefore;
      String result = result(took, cpu, Proc.cpuNanos(serverPid) - serverCpuBefore);
      pumping = false;
      streams.forEach(stream -> stream.connection().halfClose(stream));
      turnUntilAll(loop, () -> ended);
      return result;
    }
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    int number = stream.number();
    if (!ready[number]) {
      ready[number] = true;
      registered++;
      pump(stream);
      return;
    }
    answer.read(in, from, length);
    if (answer.kind() != Answer.ACK || !answer.isComplete()) {
      incomplete++;
      return;
    }
    roundTrip.recordValue(System.nanoTime() - answer.sentNanos());
    heartbeats += answer.sequence() - acked[number];
    acks++;
    ackBytes += length;
    acked[number] = answer.sequence();
    pump(stream);
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    if (pumping) {
      throw new IllegalStateException("stream " + stream.number() + " ended: " + why);
    }
    ended++;
  }

  @Override
  public void onRoom(RawConnection connection) {
    for (RawStream stream : streams) {
      if (stream.connection() == connection && ready[stream.number()]) {
        pump(stream);
      }
    }
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }

  private void pump(RawStream stream) {
    int number = stream.number();
    RawConnection connection = stream.connection();
    while (pumping && sent[number] - acked[number] < window && connection.canBeat(stream)) {
      connection.beat(stream, ++sent[number], System.nanoTime());
    }
  }

  private long turnFor(RawLoop loop, long nanos) throws IOException {
    long began = System.nanoTime();
    long now = began;
    while (now - began < nanos) {
      loop.turn(1);
      now = System.nanoTime();
    }
    return now - began;
  }

  private void turnUntilAll(RawLoop loop, IntSupplier count) throws IOException {
    long began = System.nanoTime();
    while (count.getAsInt() < sent.length) {
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        throw new IllegalStateException("streams: " + count.getAsInt() + " of " + sent.length);
      }
      loop.turn(1);
    }
  }

  private String result(long tookNanos, long cpuNanos, long serverCpuNanos) {
    return new Line()
        .with("heartbeats", heartbeats)
        .with("acks", acks)
        .with("ack_bytes", ackBytes)
        .with("incomplete", incomplete)
        .with("took_nanos", tookNanos)
        .with("cpu_nanos", cpuNanos)
        .with("server_cpu_nanos", serverCpuNanos)
        .with("p50_nanos", roundTrip.getValueAtPercentile(50))
        .with("p99_nanos", roundTrip.getValueAtPercentile(99))
        .toString();
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
