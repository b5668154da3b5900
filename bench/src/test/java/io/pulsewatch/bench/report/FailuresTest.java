package io.pulsewatch.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Failures are found wherever they stand. Confined to the test's thread. */
final class FailuresTest {
  @Test
  void findsThemInPartsRowsAndLists() {
    Map<String, Object> failed = Map.of("failed", "why");

    assertThat(Failures.of(Map.of("fleet", failed))).containsExactly("fleet: why");
    assertThat(Failures.of(Map.of("deaths", Map.of("sqlite", failed))))
        .containsExactly("deaths.sqlite: why");
    assertThat(Failures.of(Map.of("most", Map.of("probes", List.of(Map.of(), failed)))))
        .containsExactly("most.probes.1: why");
  }

  @Test
  void findsNoneWhereThereIsNone() {
    assertThat(Failures.of(Map.of("fleet", Map.of("p99", 1.0)))).isEmpty();
  }
}
