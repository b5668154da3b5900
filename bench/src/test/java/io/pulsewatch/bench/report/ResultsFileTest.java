package io.pulsewatch.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** A file of results that several runs share. Confined to the test's thread. */
final class ResultsFileTest {
  private static Map<String, Object> report(String cpu, String part, Object result) {
    return Map.of(
        "machine", Map.of("cpu", cpu, "cores", 2, "jdk", "17"),
        "conditions", Map.of("load", part, "cores_used_by_others", Map.of(part, 0.5)),
        "results", Map.of(part, result));
  }

  private static Map<String, Object> again(Map<String, Object> report) {
    return ResultsFile.read(Json.write(report));
  }

  @Test
  void keepsPartsOfEarlierRuns() {
    Map<String, Object> earlier = again(report("a", "deaths", Map.of("rows", List.of(1, 2.5))));

    Map<String, Object> merged = ResultsFile.merge(earlier, report("a", "fleet", "new"));

    assertThat(merged.get("results"))
        .isEqualTo(Map.of("deaths", Map.of("rows", List.of(1L, 2.5)), "fleet", "new"));
    assertThat(merged.get("conditions"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("load", "fleet")
        .containsEntry("cores_used_by_others", Map.of("deaths", 0.5, "fleet", 0.5));
  }

  @Test
  void replacesWhatWasMeasuredAgain() {
    Map<String, Object> earlier = again(report("a", "fleet", "old"));

    Map<String, Object> merged = ResultsFile.merge(earlier, report("a", "fleet", "new"));

    assertThat(merged.get("results")).isEqualTo(Map.of("fleet", "new"));
  }

  @Test
  void keepsNothingOfAnotherMachine() {
    Map<String, Object> earlier = again(report("a", "deaths", "old"));
    Map<String, Object> later = report("b", "fleet", "new");

    assertThat(ResultsFile.merge(earlier, later)).isEqualTo(later);
    assertThat(ResultsFile.merge(Map.of(), later)).isEqualTo(later);
  }

  @Test
  void readsNothingWhereThereIsNoJson() {
    assertThat(ResultsFile.read("")).isEmpty();
    assertThat(ResultsFile.read("{\"a\"")).isEmpty();
  }
}
