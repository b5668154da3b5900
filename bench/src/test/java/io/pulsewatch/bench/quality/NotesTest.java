package io.pulsewatch.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What is compared with the notes is compared with the mean of their seeds. */
final class NotesTest {

  @Test
  void theSpreadIsHalfOfWhatLiesBetweenTwoSeeds() {
    assertThat(Notes.mean(notes -> notes.phi().get(0))).isEqualTo(1_747);
    assertThat(Notes.spreadPercent(notes -> notes.phi().get(0)))
        .isCloseTo(100 * 171 / 1_747.0, within(1e-9));
  }

  @Test
  void slowerIsMore() {
    assertThat(Notes.offPercent(2_200, 2_000)).isCloseTo(10, within(1e-9));
    assertThat(Notes.offPercent(1_800, 2_000)).isCloseTo(-10, within(1e-9));
  }
}
