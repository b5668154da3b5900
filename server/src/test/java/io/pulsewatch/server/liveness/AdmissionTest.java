package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A queue at the door, turn by turn: 10 ms apart unless a test says otherwise. */
final class AdmissionTest {
  private AwakeClock clock = new AwakeClock(0);
  private Admission admission = new Admission(clock, 0);
  private long origin;
  private long now;

  private void start(long at) {
    origin = at;
    now = at;
    clock = new AwakeClock(at);
    admission = new Admission(clock, at);
  }

  /** Turns with such a queue, for so long. */
  private void turns(long nanos, long waited) {
    long end = now + nanos;
    while (now - end < 0) {
      now += Math.min(AwakeClock.TICK_NANOS, end - now);
      clock.tick(now);
      admission.turn(now, waited);
    }
  }

  private long awake() {
    return clock.awake(now) - origin;
  }

  @ParameterizedTest
  @CsvSource({"0, false", "99999999, false", "100000000, false", "100000001, true"})
  void lastsWhileTheOldestHasWaitedForOver100Millis(long waited, boolean on) {
    start(0);
    turns(SECOND, waited);
    assertThat(admission.isOn()).isEqualTo(on);
    assertThat(awake()).isEqualTo(on ? 10 * MS : SECOND);
  }

  /** Also when deadlines wait no more. */
  @Test
  void itIsKnownThatSomebodyQueued() {
    start(0);
    turns(SECOND, 100 * MS);
    assertThat(admission.takeHasQueued()).isFalse();
    turns(10 * MS, 101 * MS);
    turns(SECOND, 0);
    assertThat(admission.takeHasQueued()).isTrue();
    assertThat(admission.takeHasQueued()).as("since").isFalse();
    turns(40 * SECOND, 101 * MS);
    assertThat(admission.isOn()).isFalse();
    assertThat(admission.takeHasQueued()).isTrue();
  }

  @Origins
  void timeStandsStillAndGoesOn(long at) {
    start(at);
    turns(SECOND, 0);
    turns(5 * SECOND, 101 * MS);
    assertThat(awake()).isEqualTo(SECOND + 10 * MS);
    assertThat(clock.awake(now + 29 * MS) - origin).as("between turns").isEqualTo(awake());
    assertThat(clock.pauses()).as("it is no pause").isZero();
    assertThat(clock.isPausing(now + 29 * MS)).isFalse();
    turns(10 * MS, 0);
    assertThat(admission.isOn()).isFalse();
    assertThat(awake()).as("up to the turn that saw the end").isEqualTo(SECOND + 10 * MS);
    turns(SECOND, 0);
    assertThat(awake()).isEqualTo(2 * SECOND + 10 * MS);
  }

  @Origins
  void aPauseInItIsTakenOffOnce(long at) {
    start(at);
    turns(SECOND, 101 * MS);
    now += 7 * SECOND;
    assertThat(clock.isPausing(now)).isTrue();
    assertThat(clock.tick(now)).isEqualTo(7 * SECOND - 10 * MS);
    admission.turn(now, 0);
    assertThat(clock.pauses()).isEqualTo(1);
    assertThat(awake()).isEqualTo(10 * MS);
    turns(SECOND, 0);
    assertThat(awake()).isEqualTo(SECOND + 10 * MS);
  }

  /** Whoever died in it is dead by timeout + 30 s, however long the queue is. */
  @Origins
  void thirtySecondsInOneStretch(long at) {
    start(at);
    turns(30 * SECOND, SECOND);
    assertThat(admission.isOn()).isTrue();
    turns(10 * MS, SECOND);
    assertThat(admission.isOn()).isFalse();
    assertThat(awake()).isEqualTo(10 * MS);
    turns(60 * SECOND, SECOND);
    assertThat(admission.isOn()).isFalse();
    assertThat(awake()).isEqualTo(60 * SECOND + 10 * MS);
  }

  /** Awake time takes a pause off in any case, so it is none of the 30 s. */
  @Origins
  void aPauseInItUsesUpNoMoreThanATurn(long at) {
    start(at);
    turns(10 * SECOND, SECOND);
    now += 25 * SECOND;
    clock.tick(now);
    admission.turn(now, SECOND);
    assertThat(admission.isOn()).isTrue();
    turns(20 * SECOND - 40 * MS, SECOND);
    assertThat(admission.isOn()).isTrue();
    turns(20 * MS, SECOND);
    assertThat(admission.isOn()).isFalse();
    assertThat(awake()).isEqualTo(10 * MS);
  }

  /** A queue that comes back finds what the first one left, and what the calm gave back. */
  @ParameterizedTest
  @CsvSource({"10, false", "1000, false", "5000, false", "5010, true", "60000, true"})
  void calmGivesBackAsMuchAsItLasts(long calmMillis, boolean on) {
    start(0);
    turns(20 * SECOND, SECOND);
    turns(calmMillis * MS, 0);
    turns(15 * SECOND, SECOND);
    assertThat(admission.isOn()).isEqualTo(on);
  }

  /** Calm saves up no more than there was. */
  @Origins
  void longCalmGivesNoMoreThanThirtySeconds(long at) {
    start(at);
    turns(3_600 * SECOND, 0);
    turns(60 * SECOND, SECOND);
    assertThat(awake()).isEqualTo(3_630 * SECOND);
  }

  /** However queues come and go, deadlines wait 30 s longer than it was calm, at the most. */
  @Origins
  void queuesThatComeAndGoWearItOut(long at) {
    start(at);
    for (int i = 0; i < 100; i++) {
      turns(29 * SECOND, SECOND);
      turns(SECOND, 0);
    }
    long waited = 3_000 * SECOND - awake();
    assertThat(waited).isBetween(100 * SECOND, 130 * SECOND);
  }
}
