package io.pulsewatch.bench.scale;

import io.pulsewatch.bench.report.Failures;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Rows of one part, each for itself: one that fails says so, and the others go on. Stateless. */
final class Rows {
  private Rows() {}

  /** Measures something, and tells what it has as soon as it has it. */
  interface Row {
    void fill(Map<String, Object> json) throws IOException, InterruptedException;
  }

  /** Adds a row; returns it. An interrupt ends the whole part. */
  static Map<String, Object> add(Map<String, Object> json, String name, Row row)
      throws InterruptedException {
    Map<String, Object> one = new LinkedHashMap<>();
    json.put(name, one);
    try {
      row.fill(one);
    } catch (IOException | RuntimeException e) {
      System.err.println("bench: " + name + ": " + e);
      one.put(Failures.FAILED, e.toString());
    }
    return one;
  }
}
