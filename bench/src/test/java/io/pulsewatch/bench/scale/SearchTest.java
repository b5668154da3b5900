package io.pulsewatch.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a probe held. Confined to the test's thread. */
final class SearchTest {
  private static Map<String, Object> probe() {
    Map<String, Object> probe = new LinkedHashMap<>();
    probe.put("p99", 10.0);
    probe.put("missing", 0L);
    probe.put("early", 0L);
    probe.put("false_deaths", 0L);
    probe.put("overload", false);
    return probe;
  }

  private static boolean holdsWith(String name, Object value) {
    Map<String, Object> probe = probe();
    probe.put(name, value);
    return Search.holds(probe, 10);
  }

  @Test
  void holdsInTimeWithoutFaults() {
    assertThat(Search.holds(probe(), 10)).isTrue();
  }

  @Test
  void doesNotHoldWithAnyFault() {
    assertThat(holdsWith("p99", 10.1)).isFalse();
    assertThat(holdsWith("missing", 1L)).isFalse();
    assertThat(holdsWith("early", 1L)).isFalse();
    assertThat(holdsWith("false_deaths", 1L)).isFalse();
    assertThat(holdsWith("overload", true)).isFalse();
    assertThat(holdsWith("failed", "why")).isFalse();
  }

  @Test
  void doesNotHoldWithoutFigures() {
    assertThat(Search.holds(Map.of(), 10)).isFalse();
  }
}
