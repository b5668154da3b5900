package io.pulsewatch.bench.load;

import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawLoop;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Instances that change whenever they are asked to: each beat says another status than the one
 * before. Confined to its thread.
 */
final class Flippers {
  private static final long HOUR_MILLIS = 3_600_000;
  private static final int OPENING_AT_ONCE = 200;

  private final RawLoop loop;
  private final List<RawStream> streams = new ArrayList<>();
  private final int first;
  private int answers;
  private long flips;

  /**
   * Creates it without instances.
   *
   * @param first number of their first stream
   */
  Flippers(RawLoop loop, int first) {
    this.loop = loop;
    this.first = first;
  }

  /** Registers them, on one connection. */
  void register(RawConnection connection, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      byte[] register =
          Registrations.register("flip-" + i, HOUR_MILLIS, 3 * HOUR_MILLIS, 3 * HOUR_MILLIS);
      streams.add(connection.open(first + i, Registrations.PATH, register));
      while (streams.size() - answers >= OPENING_AT_ONCE) {
        loop.turn(1);
      }
    }
    while (answers < count) {
      loop.turn(1);
    }
  }

  boolean owns(RawStream stream) {
    return stream.number() >= first;
  }

  void onAnswer() {
    answers++;
  }

  /** The next {@code count} of them change. */
  void flip(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      RawStream stream = streams.get((int) (flips % streams.size()));
      long round = flips / streams.size();
      Status status = round % 2 == 0 ? Status.STATUS_NOT_SERVING : Status.STATUS_SERVING;
      Heartbeat.Builder beat =
          Heartbeat.newBuilder()
              .setSequence(round + 1)
              .setSentMonotonicNanos(System.nanoTime())
              .setStatus(status);
      byte[] message = HeartbeatRequest.newBuilder().setHeartbeat(beat).build().toByteArray();
      while (!stream.connection().send(stream, message)) {
        loop.turn(1);
      }
      flips++;
    }
    loop.flush();
  }
}
