package io.pulsewatch.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The results file. Confined to the test's thread. */
final class JsonTest {
  @Test
  void writesMapsInTheirOrder() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("schema", 1);
    map.put("results", Map.of("ratio", 0.95));

    assertThat(Json.write(map))
        .isEqualTo("{\n  \"schema\": 1,\n  \"results\": {\n    \"ratio\": 0.95\n  }\n}\n");
  }

  @Test
  void escapesText() {
    assertThat(Json.write("a \"quoted\" \\ line\n"))
        .isEqualTo("\"a \\\"quoted\\\" \\\\ line\\u000a\"\n");
  }

  @Test
  void roundsNumbers() {
    assertThat(Json.write(List.of(1.0, 0.123456, 123456.7))).isEqualTo("[1, 0.1235, 123457]\n");
  }

  @Test
  void refusesWhatJsonCannotSay() {
    assertThatIllegalArgumentException().isThrownBy(() -> Json.write(Double.NaN));
  }
}
