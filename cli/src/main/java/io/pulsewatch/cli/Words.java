package io.pulsewatch.cli;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The contract's values as people say them. Immutable. */
final class Words {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private Words() {}

  static String name(Instance instance) {
    return instance.getService() + "/" + instance.getInstanceId();
  }

  static String of(State state) {
    return bare(state, "STATE_");
  }

  static String of(Status status) {
    return bare(status, "STATUS_");
  }

  static String of(OverrideKind kind) {
    return bare(kind, "OVERRIDE_KIND_");
  }

  /** The cause in small letters: {@code stream lost}. */
  static String of(Cause cause) {
    return bare(cause, "CAUSE_").toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** An enum's name without its prefix; a value that this release does not know keeps a name. */
  static String bare(Enum<?> value, String prefix) {
    String name = value.name();
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  static String yesNo(boolean yes) {
    return yes ? "yes" : "no";
  }

  static String time(Instant instant, Clock clock) {
    return TIME.format(instant.atZone(clock.getZone()));
  }

  /** The day and the time. */
  static String moment(Instant instant, Clock clock) {
    return MOMENT.format(instant.atZone(clock.getZone()));
  }

  static String day(Instant instant, Clock clock) {
    return DAY.format(instant.atZone(clock.getZone()));
  }

  /** In the order of the keys. */
  static String of(Map<String, String> labels) {
    List<String> pairs = new ArrayList<>();
    new TreeMap<>(labels).forEach((key, value) -> pairs.add(key + "=" + value));
    return String.join(",", pairs);
  }

  static String of(Endpoint endpoint) {
    String name = endpoint.getName().isEmpty() ? "" : endpoint.getName() + "=";
    return name + new HostPort(endpoint.getHost(), endpoint.getPort());
  }

  /** The kind, until when, and why; empty where no operator said anything. */
  static String overrideOf(Instance instance, Clock clock) {
    if (!instance.hasOverride()) {
      return "";
    }
    var override = instance.getOverride();
    StringBuilder text = new StringBuilder(of(override.getKind()));
    if (override.hasExpiresAt()) {
      text.append(" until ").append(day(Spans.of(override.getExpiresAt()), clock));
    }
    if (!override.getReason().isEmpty()) {
      text.append(" (").append(override.getReason()).append(')');
    }
    return text.toString();
  }
}
