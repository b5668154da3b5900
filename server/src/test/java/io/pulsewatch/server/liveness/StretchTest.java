package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The greatest factor since an age, and under the living. */
final class StretchTest {
  private final Stretch stretch = new Stretch();

  /** One who was granted its times, with the obvious way to know its factor. */
  private static final class Living {
    private final int age;
    private int percent;

    Living(Stretch stretch) {
      this.age = stretch.age();
      this.percent = stretch.percent();
      stretch.add(age);
    }
  }

  @Test
  void whatRisesIsSoForAllAndStays() {
    int before = stretch.age();
    stretch.set(2);
    assertThat(stretch.percent()).isEqualTo(150);
    int between = stretch.age();
    stretch.set(1);
    int after = stretch.age();
    assertThat(stretch.percentSince(before)).isEqualTo(150);
    assertThat(stretch.percentSince(between)).isEqualTo(150);
    assertThat(stretch.percentSince(after)).isEqualTo(125);
    stretch.set(5);
    assertThat(stretch.percentSince(after)).isEqualTo(400);
    stretch.set(0);
    assertThat(stretch.percentSince(stretch.age())).isEqualTo(100);
  }

  @Test
  void whoWasRecalledLivesUnderTheGreatest() {
    stretch.recall(new Stretched(125, 300));
    assertThat(stretch.percent()).isEqualTo(125);
    assertThat(stretch.percentSince(Stretch.RECALLED_AGE)).isEqualTo(300);
    assertThat(stretch.percentSince(stretch.age())).isEqualTo(125);
    assertThat(stretch.greatestPercent()).as("nobody was recalled").isEqualTo(125);
    stretch.add(Stretch.RECALLED_AGE);
    assertThat(stretch.greatestPercent()).isEqualTo(300);
  }

  @Test
  void anUnknownFactorIsTheNextGreaterStep() {
    assertThat(Stretch.percentOf(Stretch.stepOf(160))).isEqualTo(200);
    assertThat(Stretch.percentOf(Stretch.stepOf(100))).isEqualTo(100);
  }

  /** It is nobody's step, and forgotten with the last who lives under it. */
  @Test
  void whatWasKeptBeyondTheLastStepIsRemembered() {
    stretch.recall(new Stretched(300, 500));
    stretch.add(Stretch.RECALLED_AGE);
    assertThat(stretch.percent()).isEqualTo(300);
    assertThat(stretch.percentSince(Stretch.RECALLED_AGE)).isEqualTo(500);
    assertThat(stretch.percentSince(stretch.age())).isEqualTo(300);
    stretch.set(5);
    assertThat(stretch.percent()).isEqualTo(400);
    assertThat(stretch.percentSince(Stretch.RECALLED_AGE)).isEqualTo(500);
    assertThat(stretch.greatestPercent()).isEqualTo(500);
    assertThat(stretch.medianPercent()).isEqualTo(500);
    stretch.remove(Stretch.RECALLED_AGE);
    assertThat(stretch.greatestPercent()).isEqualTo(400);
  }

  @Test
  void whateverHappensItKnowsWhatCountingEachWouldTell() {
    SplittableRandom random = new SplittableRandom(7);
    List<Living> living = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          stretch.set(random.nextInt(6));
          living.forEach(one -> one.percent = Math.max(one.percent, stretch.percent()));
        }
        case 1, 2 -> living.add(new Living(stretch));
        default -> {
          if (!living.isEmpty()) {
            stretch.remove(living.remove(random.nextInt(living.size())).age);
          }
        }
      }
      int greatest = stretch.percent();
      for (Living one : living) {
        assertThat(stretch.percentSince(one.age)).isEqualTo(one.percent);
        greatest = Math.max(greatest, one.percent);
      }
      assertThat(stretch.greatestPercent()).isEqualTo(greatest);
      if (living.size() > 60) {
        living.forEach(one -> stretch.remove(one.age));
        living.clear();
      }
      if (!living.isEmpty()) {
        int[] percents = living.stream().mapToInt(one -> one.percent).sorted().toArray();
        assertThat(stretch.medianPercent()).isEqualTo(percents[(percents.length - 1) / 2]);
      }
    }
  }
}
