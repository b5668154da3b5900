package io.pulsewatch.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.bench.quality.Experiment.Estimate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures find their places, all of them. */
final class FiguresTest {

  @Test
  void everyPlaceIsFilled() {
    Figures figures = new Figures();
    figures.put("a", "$1 \\ and %s", "so on");
    figures.put("b_2", "x");
    assertThat(figures.fill("{{a}}, {{b_2}} {{a}}."))
        .isEqualTo("$1 \\ and so on, x $1 \\ and so on.");
  }

  @Test
  void nothingIsTypedByHandOrComputedForNothing() {
    Figures figures = new Figures();
    figures.put("a", "1");
    assertThatThrownBy(() -> figures.fill("{{a}} {{b}}")).hasMessageContaining("asks for b");
    assertThatThrownBy(() -> figures.fill("none")).hasMessage("computed for nothing: [a]");
    assertThatThrownBy(() -> figures.put("a", "2")).hasMessage("figure a a second time");
  }

  @Test
  void tablesAreMarkdown() {
    assertThat(Figures.table(List.of("x", "y"), List.of(List.of("1", "2"))))
        .isEqualTo("| x | y |\n|---|---|\n| 1 | 2 |");
  }

  @Test
  void aPromiseIsKeptWhenTheWholeIntervalKeepsIt() {
    assertThat(Figures.verdict(new Estimate(0.7, 0.6, 0.8), 0.8)).isEqualTo("met");
    assertThat(Figures.verdict(new Estimate(0.7, 0.6, 0.9), 0.8))
        .isEqualTo("met, but not beyond chance");
    assertThat(Figures.verdict(new Estimate(0.9, 0.7, 1.0), 0.8))
        .isEqualTo("**MISSED**, within chance");
    assertThat(Figures.verdict(new Estimate(0.9, 0.85, 1.0), 0.8)).isEqualTo("**MISSED**");
    assertThat(Figures.verdict(new Estimate(Double.NaN, Double.NaN, Double.NaN), 0.8))
        .isEqualTo("**MISSED**, within chance");
  }
}
