package io.pulsewatch.examples;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Flags of the form {@code --name value}. Immutable. */
final class Flags {
  private final Map<String, String> values;

  private Flags(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  static Flags parse(String... args) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < args.length; i++) {
      boolean valueFollows = i + 1 < args.length && !args[i + 1].startsWith("--");
      values.put(args[i], valueFollows ? args[++i] : "");
    }
    return new Flags(values);
  }

  String required(String name) {
    return optional(name).orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
  }

  Optional<String> optional(String name) {
    return Optional.ofNullable(values.get(name));
  }

  Optional<Duration> seconds(String name) {
    return optional(name)
        .map(seconds -> Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000)));
  }
}
