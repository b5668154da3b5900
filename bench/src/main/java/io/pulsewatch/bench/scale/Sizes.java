package io.pulsewatch.bench.scale;

import java.util.Map;

/**
 * How much is measured: each number has a name in the environment, a default and a most. Immutable.
 */
public final class Sizes {
  private final Map<String, String> environment;

  public Sizes(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** A number of 0..{@code most}. */
  int of(String name, int otherwise, int most) {
    String text = environment.getOrDefault(name, "");
    int value = text.isEmpty() ? otherwise : Integer.parseInt(text);
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 0.." + most + ")");
    }
    return value;
  }

  /** A choice of words, separated by commas. */
  String[] words(String name, String otherwise) {
    String text = environment.getOrDefault(name, "");
    return (text.isEmpty() ? otherwise : text).split(",", -1);
  }
}
