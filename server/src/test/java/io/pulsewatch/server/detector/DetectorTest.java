package io.pulsewatch.server.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import io.pulsewatch.server.detector.DetectorChoice.Adaptive;
import io.pulsewatch.server.detector.DetectorChoice.Fixed;
import io.pulsewatch.server.detector.DetectorChoice.Kind;
import io.pulsewatch.server.detector.DetectorChoice.Profile;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all detectors have in common. Confined to the test's thread. */
final class DetectorTest {
  private static final long SECOND = 1_000_000_000;
  private static final int STATE_LIMIT_BYTES = 320;

  static Stream<DetectorChoice> choices() {
    return Stream.concat(
        Stream.of(new Fixed(0)),
        Stream.of(Kind.values())
            .flatMap(
                kind ->
                    Stream.of(Profile.values()).map(profile -> new Adaptive(kind, profile, 0))));
  }

  /** Time has no beginning: the same arrivals from another origin teach the same. */
  @ParameterizedTest
  @MethodSource("choices")
  void anyOriginOfTimeDoes(DetectorChoice choice) {
    for (long origin : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE - SECOND, Long.MAX_VALUE}) {
      SplittableRandom random = new SplittableRandom(5);
      Detector atZero = choice.create(SECOND);
      Detector there = choice.create(SECOND);
      long now = 0;
      for (int i = 0; i < 500; i++) {
        boolean recorded = random.nextInt(20) > 0;
        long slots = random.nextLong(4);
        assertThat(on(there, recorded, slots, origin + now))
            .isEqualTo(on(atZero, recorded, slots, now));
        now += random.nextLong(3 * SECOND);
      }
      assertThat(there.jitterNanos()).isEqualTo(atZero.jitterNanos());
      assertThat(there.lateness()).isEqualTo(atZero.lateness());
      assertThat(there.successor().silenceNanos()).isEqualTo(atZero.successor().silenceNanos());
    }
  }

  /** Whatever comes, the answer is a time, and the same when asked again. */
  @ParameterizedTest
  @MethodSource("choices")
  void nothingConfusesIt(DetectorChoice choice) {
    SplittableRandom random = new SplittableRandom(6);
    Detector detector = choice.create(SECOND);
    for (int i = 0; i < 20_000; i++) {
      long slots = random.nextLong() >> random.nextInt(64);
      long arrival = random.nextLong() >> random.nextInt(64);
      assertThat(on(detector, random.nextBoolean(), slots, arrival))
          .isEqualTo(detector.silenceNanos())
          .isBetween(0L, 1L << 60);
      assertThat(detector.jitterNanos()).isBetween(0L, Arrivals.LIMIT);
    }
  }

  @ParameterizedTest
  @MethodSource("choices")
  void jitterIsHowFarGapsAreFromThePlan(DetectorChoice choice) {
    Detector detector = choice.create(SECOND);
    long now = 0;
    for (int i = 0; i < 1000; i++) {
      detector.onHeartbeat(1, now + (i % 2) * (SECOND / 100));
      now += SECOND;
    }
    assertThat(detector.jitterNanos()).isBetween(9_900_000L, 10_000_000L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, 1e9})
  void knobsHaveARange(double knob) {
    for (Kind kind : Kind.values()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Adaptive(kind, Profile.LAN, knob))
          .withMessageStartingWith("adaptive.knob: ");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Fixed(-1));
  }

  /** As the JVM counts it: objects with their headers. */
  @Test
  void tailAndFixedAreSmall() {
    assertThat(bytesOf(DetectorChoice.DEFAULT)).isLessThanOrEqualTo(STATE_LIMIT_BYTES);
    assertThat(bytesOf(new Adaptive(Kind.TAIL, Profile.WAN, 2.5)))
        .isLessThanOrEqualTo(STATE_LIMIT_BYTES);
    assertThat(bytesOf(new Fixed(SECOND))).isLessThanOrEqualTo(STATE_LIMIT_BYTES);
  }

  @ParameterizedTest
  @MethodSource("choices")
  void aHeartbeatAllocatesNothing(DetectorChoice choice) {
    Detector detector = choice.create(SECOND);
    long sum = 0;
    for (int i = 0; i < 2_000; i++) {
      sum += detector.onHeartbeat(1, i * SECOND + (i % 97) * 1_000_000L);
    }
    long before = allocated();
    for (int i = 2_000; i < 10_000; i++) {
      sum += detector.onHeartbeat(1, i * SECOND + (i % 97) * 1_000_000L);
    }
    // What the JVM itself allocates on this thread, now and then, is not one byte a heartbeat.
    assertThat(allocated() - before).isLessThan(8_000);
    assertThat(sum).isPositive();
  }

  private static long bytesOf(DetectorChoice choice) {
    int count = 1_000;
    List<Detector> kept = new ArrayList<>(count);
    kept.add(choice.create(SECOND));
    long before = allocated();
    for (int i = 1; i < count; i++) {
      kept.add(choice.create(SECOND));
    }
    long bytes = (allocated() - before) / (count - 1);
    assertThat(kept).hasSize(count);
    return bytes;
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static long on(Detector detector, boolean recorded, long slots, long arrivalNanos) {
    return recorded
        ? detector.onHeartbeat(slots, arrivalNanos)
        : detector.onUnrecorded(slots, arrivalNanos);
  }
}
