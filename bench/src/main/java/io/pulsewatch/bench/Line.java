package io.pulsewatch.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a child process says in one line: {@code name=value} pairs with whole numbers. Confined to
 * one thread.
 */
public final class Line {
  private final Map<String, Long> values = new LinkedHashMap<>();

  /** Adds a pair. */
  public Line with(String name, long value) {
    values.put(name, value);
    return this;
  }

  /** The value of this name. */
  public long get(String name) {
    Long value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " in " + this);
    }
    return value;
  }

  /** Reads a line that {@link #toString} wrote. */
  public static Line parse(String text) {
    Line line = new Line();
    for (String pair : text.split(" ", -1)) {
      String[] parts = pair.split("=", -1);
      if (parts.length != 2) {
        throw new IllegalArgumentException("line: " + text + " (expected: name=value ..)");
      }
      line.with(parts[0], Long.parseLong(parts[1]));
    }
    return line;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    values.forEach((name, value) -> text.append(' ').append(name).append('=').append(value));
    return text.substring(1);
  }
}
