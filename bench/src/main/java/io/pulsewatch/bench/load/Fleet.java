package io.pulsewatch.bench.load;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawEvents;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.v1.HeartbeatResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Holds many live streams: each beats once in an interval, and their beats are spread evenly over
 * it. Ends when its standard input ends.
 *
 * <p>Confined to its thread.
 */
public final class Fleet implements RawEvents {
  private static final int OPENING_AT_ONCE = 200;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final FleetOrder order;
  private final long intervalNanos;
  private final SendLog log;
  private final List<RawStream> streams = new ArrayList<>();
  private final long[] sequences;
  private final List<RawStream> unflushed = new ArrayList<>();

  private int registered;
  private long beats;

  private Fleet(FleetOrder order) throws IOException {
    if (order.bunch() != 1) {
      throw new IllegalArgumentException("bunch: " + order.bunch() + " (expected: 1)");
    }
    this.order = order;
    this.sequences = new long[order.streams()];
    this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(order.beatMillis());
    this.log = SendLog.map(order.sendLog(), order.streams());
  }

  /** Runs until the standard input ends. */
  public static void main(String[] args) throws IOException {
    Orders.read(); // ends with its input
    Fleet fleet = new Fleet(FleetOrder.of(args));
    try (RawLoop loop = new RawLoop(fleet.order.port())) {
      fleet.registerAll(loop);
      System.out.println("ready");
      fleet.beat(loop);
    }
  }

  private void registerAll(RawLoop loop) throws IOException {
    List<RawConnection> opened = new ArrayList<>();
    for (int i = 0; i < order.connections(); i++) {
      opened.add(loop.connect(this));
    }
    long began = System.nanoTime();
    while (registered < sequences.length) {
      while (streams.size() < sequences.length && streams.size() - registered < OPENING_AT_ONCE) {
        register(opened.get(streams.size() % opened.size()));
      }
      turn(loop, 1);
      if (System.nanoTime() - began > GIVE_UP_NANOS) {
        throw new IllegalStateException("registered: " + registered + " of " + sequences.length);
      }
    }
  }

  private void register(RawConnection connection) {
    int number = streams.size();
    byte[] first =
        Registrations.register(
            order.prefix() + number,
            order.intervalMillis(),
            order.timeoutMillis(),
            order.resumeMillis());
    log.begin(number, System.nanoTime());
    RawStream stream = connection.open(number, Registrations.PATH, first);
    streams.add(stream);
    unflushed.add(stream);
  }

  private void beat(RawLoop loop) throws IOException {
    long began = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      while (now - (began + dueNanos()) >= 0) {
        beatNext(now);
        now = System.nanoTime();
      }
      long waitNanos = began + dueNanos() - now;
      turn(loop, Math.max(1, TimeUnit.NANOSECONDS.toMillis(waitNanos)));
    }
  }

  /** When the next beat is due, counted from the first one. */
  private long dueNanos() {
    long rounds = beats / sequences.length;
    long within = beats % sequences.length;
    return rounds * intervalNanos + within * intervalNanos / sequences.length;
  }

  private void beatNext(long nowNanos) {
    int number = (int) (beats % sequences.length);
    beats++;
    RawStream stream = streams.get(number);
    if (log.isSilent(number)) {
      return;
    }
    if (!stream.connection().canBeat(stream)) {
      sequences[number]++; // the server reads nothing: the slot is skipped, and so is its number
      return;
    }
    log.begin(number, nowNanos);
    stream.connection().beat(stream, ++sequences[number], nowNanos);
    unflushed.add(stream);
  }

  private void turn(RawLoop loop, long timeoutMillis) throws IOException {
    loop.flush();
    for (RawStream stream : unflushed) {
      log.flushed(stream.number());
    }
    unflushed.clear();
    loop.turn(timeoutMillis);
  }

  @Override
  public void onMessage(RawStream stream, ByteBuffer in, int from, int length) {
    if (registered == sequences.length) {
      return;
    }
    registered++;
    try {
      HeartbeatResponse answer = HeartbeatResponse.parseFrom(in.slice(from, length));
      if (answer.hasRegistered()) {
        long granted = Registrations.millis(answer.getRegistered().getTimeout());
        if (granted != order.timeoutMillis()) {
          throw new IllegalStateException("timeout granted: " + granted + " ms");
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void onEnd(RawStream stream, String why) {
    if (!log.isSilent(stream.number())) {
      throw new IllegalStateException("stream " + stream.number() + " ended: " + why);
    }
  }

  @Override
  public void onLost(RawConnection connection, String why) {
    throw new IllegalStateException("connection lost: " + why);
  }
}
