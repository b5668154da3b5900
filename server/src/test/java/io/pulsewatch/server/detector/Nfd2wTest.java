package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chen's estimator with two windows. Confined to the test's thread. */
final class Nfd2wTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MARGIN = SECOND / 2;

  /** Against the formula as it is printed, over all arrivals that were ever seen. */
  @ParameterizedTest(name = "windows {0} and {1}")
  @CsvSource({"1, 1000", "1, 1", "1, 2", "2, 2", "3, 7", "7, 1000", "1000, 1000"})
  void itIsChensFormula(int shortWindow, int longWindow) {
    SplittableRandom random = new SplittableRandom(shortWindow * 31L + longWindow);
    Nfd2w detector = new Nfd2w(SECOND, new Nfd2w.Settings(MARGIN, shortWindow, longWindow));
    List<Double> arrivalLessSlot = new ArrayList<>();
    long origin = random.nextLong();
    long slot = 0;
    for (int i = 0; i < 2_500; i++) {
      long slots = random.nextInt(10) == 0 ? random.nextLong(2, 5) : 1;
      slot += slots;
      long at = slot * SECOND + random.nextLong(SECOND / 10);
      arrivalLessSlot.add((double) (at - slot * SECOND));
      long silence = detector.onHeartbeat(slots, origin + at);
      double expected =
          Math.max(mean(arrivalLessSlot, shortWindow), mean(arrivalLessSlot, longWindow))
              + (slot + 1) * SECOND;
      assertThat(silence).isCloseTo((long) (expected - at) + MARGIN, within(1_000L));
    }
  }

  /** Chen's single window needs its whole length for that. */
  @Test
  void aScheduleThatSlipsIsFollowedAtOnce() {
    Nfd2w detector = twoWindows();
    for (int i = 0; i < 1500; i++) {
      detector.onHeartbeat(1, i * SECOND);
    }
    long late = 1500 * SECOND + 10 * SECOND;
    assertThat(detector.onHeartbeat(1, late)).isEqualTo(SECOND + MARGIN);
    assertThat(detector.onHeartbeat(1, late + SECOND)).isEqualTo(SECOND + MARGIN);
  }

  /** Awake time stood still for 5 s: all that waited arrives at one instant, and then in time. */
  @Test
  void ourOwnPauseMovesTheSchedule() {
    Nfd2w detector = twoWindows();
    for (int i = 0; i < 1500; i++) {
      detector.onHeartbeat(1, i * SECOND);
    }
    long now = 1499 * SECOND;
    for (int i = 0; i < 5; i++) {
      assertThat(detector.onUnrecorded(1, now)).isEqualTo(SECOND + MARGIN);
    }
    assertThat(detector.onHeartbeat(1, now + SECOND)).isEqualTo(SECOND + MARGIN);
  }

  /** A heartbeat that ended a suspicion: the next silence counts from it. */
  @Test
  void afterALateHeartbeatThatIsNotRecordedTheSilenceIsWhole() {
    Nfd2w detector = twoWindows();
    for (int i = 0; i < 100; i++) {
      detector.onHeartbeat(1, i * SECOND);
    }
    assertThat(detector.onUnrecorded(1, 109 * SECOND)).isEqualTo(SECOND + MARGIN);
    // The path was slow, and the sender kept its schedule: so it is known, when all have come.
    for (int i = 101; i < 110; i++) {
      detector.onHeartbeat(1, 109 * SECOND);
    }
    assertThat(detector.onHeartbeat(1, 110 * SECOND))
        .isBetween(SECOND + MARGIN, SECOND + MARGIN + SECOND / 2);
    for (int i = 111; i < 1111; i++) {
      detector.onHeartbeat(1, i * SECOND);
    }
    assertThat(detector.silenceNanos()).isEqualTo(SECOND + MARGIN);
  }

  @Test
  void numbersThatOutrunTheTimeDoNotOverflow() {
    Nfd2w detector = twoWindows();
    for (int i = 0; i < 5000; i++) {
      assertThat(detector.onHeartbeat(i % 3 == 0 ? Long.MAX_VALUE : 1 << 20, i * SECOND))
          .isBetween(0L, 1L << 53);
    }
    // Two windows of order, and all is well again.
    for (int i = 5000; i < 7001; i++) {
      detector.onHeartbeat(1, i * SECOND);
    }
    assertThat(detector.silenceNanos()).isCloseTo(SECOND + MARGIN, within(1_000L));
  }

  @Test
  void aRepeatedNumberMovesTheArrivalOnly() {
    Nfd2w detector = twoWindows();
    for (int i = 0; i < 100; i++) {
      detector.onHeartbeat(1, i * SECOND);
    }
    assertThat(detector.onHeartbeat(0, 99 * SECOND + SECOND / 4)).isEqualTo(SECOND + MARGIN);
    assertThat(detector.onHeartbeat(1, 100 * SECOND)).isEqualTo(SECOND + MARGIN);
  }

  @Test
  void windowsHaveAnOrder() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Nfd2w.Settings(0, 0, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new Nfd2w.Settings(0, 6, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> new Nfd2w.Settings(-1, 1, 5));
  }

  private static Nfd2w twoWindows() {
    return new Nfd2w(SECOND, new Nfd2w.Settings(MARGIN, 1, 1000));
  }

  private static double mean(List<Double> values, int newest) {
    return values.subList(Math.max(0, values.size() - newest), values.size()).stream()
        .mapToDouble(value -> value)
        .average()
        .orElseThrow();
  }
}
