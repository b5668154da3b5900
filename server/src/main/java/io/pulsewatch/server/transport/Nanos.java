package io.pulsewatch.server.transport;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;

/** Durations and instants between the wire and the kernel. */
final class Nanos {
  private static final long PER_SECOND = 1_000_000_000L;
  private static final long PER_MILLI = 1_000_000L;

  private Nanos() {}

  /** Saturates: an absurd duration is as good as the longest one, or, negative, the shortest. */
  static long of(Duration duration) {
    long limit = Long.MAX_VALUE / PER_SECOND - 1;
    long seconds = Math.max(-limit, Math.min(limit, duration.getSeconds()));
    return seconds * PER_SECOND + Math.max(-PER_SECOND, Math.min(PER_SECOND, duration.getNanos()));
  }

  static Duration duration(long nanos) {
    return Duration.newBuilder()
        .setSeconds(nanos / PER_SECOND)
        .setNanos((int) (nanos % PER_SECOND))
        .build();
  }

  static Timestamp timestamp(long wallMillis) {
    return Timestamp.newBuilder()
        .setSeconds(Math.floorDiv(wallMillis, 1000L))
        .setNanos((int) (Math.floorMod(wallMillis, 1000L) * PER_MILLI))
        .build();
  }
}
