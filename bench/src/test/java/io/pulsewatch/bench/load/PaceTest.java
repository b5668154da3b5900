package io.pulsewatch.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Ten streams that beat one by one within 1,000, and go over to 1,500. */
final class PaceTest {
  private static final int STREAMS = 10;
  private static final long BEGAN = 7_000;

  private final Pace pace = new Pace(new Schedule(STREAMS, 2, 1, 1_000));
  private final long[] last = new long[STREAMS];
  private final int[] firstRound = new int[STREAMS];
  private final int[] sequence = new int[STREAMS];
  private long longestGap;

  /** All beat until then, each with the next number. */
  private void beatTo(long end) {
    while (pace.turnNanos() < end) {
      int gone = pace.follow();
      for (int n = 0; n < STREAMS; n++) {
        firstRound[n] -= gone;
      }
      for (int n = pace.first(); n < pace.end(); n++) {
        longestGap = Math.max(longestGap, last[n] == 0 ? 0 : pace.turnNanos() - last[n]);
        last[n] = pace.turnNanos();
        assertThat(pace.round() - firstRound[n] + 1).isEqualTo(++sequence[n]);
        assertThat(pace.dueNanos(n, pace.round())).isEqualTo(last[n]);
      }
      pace.next();
    }
  }

  @Test
  void theSecondRoundAfterItWasToldIsLonger() {
    pace.begin(BEGAN);
    beatTo(BEGAN + 3_500);
    assertThat(longestGap).isEqualTo(1_000);
    pace.onTold(1_500);
    pace.onTold(1_250);
    beatTo(BEGAN + 5_000);
    assertThat(longestGap).as("not all are told").isEqualTo(1_000);
    beatTo(BEGAN + 20_000);
    assertThat(longestGap).isEqualTo(1_500);
    assertThat(Arrays.stream(sequence).min().getAsInt()).isEqualTo(15);
    assertThat(pace.dueNanos(0, -1)).as("by the schedule before").isEqualTo(BEGAN + 4_000);
    assertThat(pace.dueNanos(5, -1)).isEqualTo(BEGAN + 4_500);
  }

  @Test
  void nothingGetsShorter() {
    pace.begin(BEGAN);
    pace.onTold(500);
    beatTo(BEGAN + 5_000);
    assertThat(sequence).containsOnly(5);
    assertThat(longestGap).isEqualTo(1_000);
  }
}
