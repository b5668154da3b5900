package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HourCountTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  /** One at the second minute: it is counted in that minute and in 59 more. */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 1", "61, 1", "62, 0", "63, 0", "10000, 0"})
  void anHourLong(long minute, long sum) {
    for (long origin : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
      HourCount count = new HourCount(origin);
      count.add(origin + 2 * MINUTE);
      assertThat(count.sum(origin + minute * MINUTE)).isEqualTo(sum);
      assertThat(count.sum(origin + minute * MINUTE + MINUTE - 1)).isEqualTo(sum);
    }
  }

  @Test
  void whatComesLateIsCountedWhereItBelongs() {
    HourCount count = new HourCount(0);
    assertThat(count.sum(100 * MINUTE)).isZero();
    count.add(40 * MINUTE);
    assertThat(count.sum(100 * MINUTE)).as("over an hour ago").isZero();
    count.add(41 * MINUTE);
    count.add(-5 * MINUTE);
    assertThat(count.sum(100 * MINUTE)).isEqualTo(1);
    assertThat(count.sum(101 * MINUTE)).isZero();
  }

  @Test
  void countsLikeAList() {
    SplittableRandom random = new SplittableRandom(1);
    HourCount count = new HourCount(7);
    List<Long> all = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < 5_000; i++) {
      now += random.nextLong(random.nextInt(20) == 0 ? 40 * MINUTE : MINUTE / 2);
      long at = now - random.nextLong(3 * MINUTE);
      count.add(7 + at);
      all.add(Math.floorDiv(at, MINUTE));
      long minute = Math.floorDiv(now, MINUTE);
      long expected = all.stream().filter(m -> minute - m < 60 && m > -60).count();
      assertThat(count.sum(7 + now)).isEqualTo(expected);
    }
  }
}
