package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When many who register are a queue, and when the next ones are another. */
final class StandingQueueTest {
  private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final int MANY = StandingQueue.MANY;

  private final StandingQueue queue = new StandingQueue();
  private long now;

  /** Turns, 1 ms apart, with so many registering. Returns what the last one said. */
  private long turns(int count, int registering) {
    long said = 0;
    for (int i = 0; i < count; i++) {
      now += MS;
      said = queue.turn(now, registering);
    }
    return said;
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void standsFromTheFirstToTheLastTimeThatItWasLong(long origin) {
    now = origin;
    assertThat(turns(1, MANY)).isZero();
    assertThat(turns(200, MANY)).isEqualTo(200 * MS);
    assertThat(turns(100, MANY - 1)).as("short for a moment").isEqualTo(200 * MS);
    assertThat(turns(1, MANY)).as("the same queue").isEqualTo(301 * MS);
    assertThat(turns(100, MANY)).isEqualTo(401 * MS);
    assertThat(turns(100, 0)).isEqualTo(401 * MS);
    assertThat(turns(2, 0)).as("over").isZero();
    assertThat(turns(1, MANY)).as("another one").isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void aSteadyLightStreamIsNone(long origin) {
    now = origin;
    for (int i = 0; i < 10_000; i++) {
      assertThat(turns(1, i % MANY)).isZero();
      now += i % MANY == 0 ? StandingQueue.BREAK_NANOS : 0;
    }
    assertThat(turns(1_000, MANY - 1)).isZero();
  }

  /** Bunches of strangers, of which each is answered at once, hold nobody's deadline. */
  @ParameterizedTest
  @ValueSource(ints = {1, 20, 45})
  void bunchesThatComeAgainAndAgainAreNone(int millis) {
    for (int i = 0; i < 100; i++) {
      assertThat(turns(millis, MANY)).isLessThan(millis * MS);
      assertThat(turns(100 - millis, 0)).isZero();
    }
  }

  /** What is answered in batches is long for most of the time. */
  @Test
  void aQueueThatIsShortForAThirdOfTheTimeStands() {
    for (int i = 0; i < 100; i++) {
      turns(20, MANY);
      turns(10, 0);
    }
    assertThat(turns(1, MANY)).isEqualTo(3_000 * MS);
  }

  /** A small fleet is all there within a moment: what it needs is never more than that. */
  @ParameterizedTest
  @ValueSource(ints = {1, 20, 100})
  void aShortBurstIsAsLongAsItWas(int millis) {
    turns(millis + 1, 10 * MANY);
    for (int i = 0; i < 300; i++) {
      assertThat(turns(1, 0)).isLessThanOrEqualTo(millis * MS);
    }
    assertThat(turns(1, 0)).isZero();
  }
}
