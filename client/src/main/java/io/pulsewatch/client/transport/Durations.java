package io.pulsewatch.client.transport;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/** The JDK's times as the contract writes them, and back. */
public final class Durations {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private Durations() {}

  /** Translates a wish. */
  public static Duration toProto(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  /** Translates nanoseconds. */
  public static Duration toProto(long nanos) {
    return Duration.newBuilder()
        .setSeconds(Math.floorDiv(nanos, NANOS_PER_SECOND))
        .setNanos((int) Math.floorMod(nanos, NANOS_PER_SECOND))
        .build();
  }

  /** Translates an instant. */
  public static Timestamp toProto(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /** Returns nanoseconds, 0 for what is negative, and at most what a long holds. */
  public static long toNanos(Duration duration) {
    if (duration.getSeconds() < 0 || duration.getNanos() < 0) {
      return 0;
    }
    if (duration.getSeconds() >= Long.MAX_VALUE / NANOS_PER_SECOND) {
      return Long.MAX_VALUE;
    }
    return duration.getSeconds() * NANOS_PER_SECOND + duration.getNanos();
  }
}
