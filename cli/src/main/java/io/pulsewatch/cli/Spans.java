package io.pulsewatch.cli;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Lengths of time as people read them. Immutable. */
final class Spans {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  private Spans() {}

  /** What somebody chose, exactly: {@code 500 ms}, {@code 6 s}, {@code 1 m 30 s}. */
  static String exact(Duration span) {
    if (span.compareTo(SECOND) < 0) {
      return trimmed(span.toNanos() / 1e6) + " ms";
    }
    StringBuilder text = new StringBuilder();
    append(text, span.toDays(), "d");
    append(text, span.toHoursPart(), "h");
    append(text, span.toMinutesPart(), "m");
    double seconds = span.toSecondsPart() + span.toNanosPart() / 1e9;
    if (seconds > 0) {
      append(text, trimmed(seconds), "s");
    }
    return text.toString();
  }

  /** What was measured, to a sensible digit: {@code 0.4 ms}, {@code 350 ms}, {@code 6.0 s}. */
  static String measured(Duration span) {
    if (span.compareTo(Duration.ofMillis(10)) < 0) {
      return String.format(Locale.ROOT, "%.1f ms", span.toNanos() / 1e6);
    }
    if (span.compareTo(SECOND) < 0) {
      return span.toMillis() + " ms";
    }
    if (span.compareTo(MINUTE) < 0) {
      return String.format(Locale.ROOT, "%d.%d s", span.toSeconds(), span.toMillisPart() / 100);
    }
    return age(span);
  }

  /** How long ago, in its two greatest units: {@code 3 s}, {@code 5 m 2 s}, {@code 3 d 4 h}. */
  static String age(Duration span) {
    if (span.compareTo(MINUTE) < 0) {
      return Math.max(0, span.toSeconds()) + " s";
    }
    if (span.compareTo(HOUR) < 0) {
      return span.toMinutes() + " m " + span.toSecondsPart() + " s";
    }
    if (span.compareTo(DAY) < 0) {
      return span.toHours() + " h " + span.toMinutesPart() + " m";
    }
    return span.toDays() + " d " + span.toHoursPart() + " h";
  }

  static Duration of(com.google.protobuf.Duration span) {
    return Duration.ofSeconds(span.getSeconds(), span.getNanos());
  }

  static Instant of(Timestamp instant) {
    return Instant.ofEpochSecond(instant.getSeconds(), instant.getNanos());
  }

  static com.google.protobuf.Duration toProto(Duration span) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(span.getSeconds())
        .setNanos(span.getNano())
        .build();
  }

  private static void append(StringBuilder text, long count, String unit) {
    if (count > 0) {
      append(text, Long.toString(count), unit);
    }
  }

  private static void append(StringBuilder text, String count, String unit) {
    text.append(text.length() == 0 ? "" : " ").append(count).append(' ').append(unit);
  }

  private static String trimmed(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceAll("\\.?0+$", "");
  }
}
