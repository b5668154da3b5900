package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IntervalMixTest {
  @ParameterizedTest
  @ValueSource(longs = {100, 101, 2_000, 10_000, 3_600_000})
  void isExactWhereAllAreTheSame(long millis) {
    IntervalMix mix = new IntervalMix();
    assertThat(mix.medianNanos()).isZero();
    for (int i = 0; i < 3; i++) {
      mix.add(millis * MS);
    }
    assertThat(mix.medianNanos()).isEqualTo(millis * MS);
    assertThat(mix.size()).isEqualTo(3);
  }

  @Test
  void isTheLowerOfTwoAndMovesWithThem() {
    IntervalMix mix = new IntervalMix();
    mix.add(60_000 * MS);
    mix.add(2_000 * MS);
    assertThat(mix.medianNanos()).isEqualTo(2_000 * MS);
    mix.add(60_000 * MS);
    assertThat(mix.medianNanos()).isEqualTo(60_000 * MS);
    mix.remove(60_000 * MS);
    mix.remove(60_000 * MS);
    assertThat(mix.medianNanos()).isEqualTo(2_000 * MS);
    mix.remove(2_000 * MS);
    assertThat(mix.size()).isZero();
    assertThat(mix.medianNanos()).isZero();
  }

  @Test
  void isNearTheTrueMedian() {
    SplittableRandom random = new SplittableRandom(1);
    IntervalMix mix = new IntervalMix();
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      if (all.size() > 3 && random.nextInt(3) == 0) {
        mix.remove(all.remove(random.nextInt(all.size())));
      } else {
        long interval = (long) (100 * MS * Math.pow(36_000, random.nextDouble()));
        mix.add(interval);
        all.add(interval);
      }
      List<Long> sorted = new ArrayList<>(all);
      Collections.sort(sorted);
      assertThat(mix.medianNanos())
          .isCloseTo(sorted.get((sorted.size() - 1) / 2), Percentage.withPercentage(25));
    }
  }
}
