package io.pulsewatch.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What of a report could not be measured: every object in it that says {@code failed}. Stateless.
 */
public final class Failures {
  /** The name under which an object says why. */
  public static final String FAILED = "failed";

  private Failures() {}

  /** Each as its place and why, in the order of the report. */
  public static List<String> of(Map<?, ?> results) {
    List<String> found = new ArrayList<>();
    find(results, "", found);
    return found;
  }

  private static void find(Map<?, ?> map, String place, List<String> found) {
    if (map.get(FAILED) instanceof String why) {
      found.add(place + ": " + why);
    }
    map.forEach(
        (name, value) -> {
          String inner = place.isEmpty() ? String.valueOf(name) : place + "." + name;
          if (value instanceof Map<?, ?> child) {
            find(child, inner, found);
          } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
              if (list.get(i) instanceof Map<?, ?> child) {
                find(child, inner + "." + i, found);
              }
            }
          }
        });
  }
}
