package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

final class AwakeClockTest {

  @Origins
  void aTickInTimeIsNoPause(long origin) {
    AwakeClock clock = new AwakeClock(origin);
    assertThat(clock.tick(origin + 10 * MS)).isZero();
    assertThat(clock.tick(origin + 40 * MS)).as("20 ms late").isZero();
    assertThat(clock.awake(origin + 40 * MS)).isEqualTo(origin + 40 * MS);
    assertThat(clock.pauses()).isZero();
  }

  @Origins
  void aTickThatIsMoreThan20MsLateIsAPauseOfItsLateness(long origin) {
    AwakeClock clock = new AwakeClock(origin);
    assertThat(clock.tick(origin + 30 * MS + 1)).isEqualTo(20 * MS + 1);
    assertThat(clock.awake(origin + 30 * MS + 1)).isEqualTo(origin + 10 * MS);
    assertThat(clock.pauses()).isEqualTo(1);
    assertThat(clock.pausedNanos()).isEqualTo(20 * MS + 1);
  }

  @Origins
  void standsStillWhileItsOwnerIsOverdue(long origin) {
    AwakeClock clock = new AwakeClock(origin);
    assertThat(clock.isPausing(origin + 30 * MS)).isFalse();
    assertThat(clock.awake(origin + 30 * MS)).isEqualTo(origin + 30 * MS);
    assertThat(clock.isPausing(origin + 30 * MS + 1)).isTrue();
    assertThat(clock.awake(origin + 30 * MS + 1)).isEqualTo(origin + 10 * MS);
    assertThat(clock.awake(origin + 3_600_000 * MS)).isEqualTo(origin + 10 * MS);
    assertThat(clock.pauses()).as("looking ends no pause").isZero();
    clock.tick(origin + 3_600_000 * MS);
    assertThat(clock.isPausing(origin + 3_600_000 * MS)).isFalse();
    assertThat(clock.awake(origin + 3_600_000 * MS)).isEqualTo(origin + 10 * MS);
  }

  @Origins
  void whatIsStampedBeforeTheTickAlreadyKnowsThePause(long origin) {
    AwakeClock clock = new AwakeClock(origin);
    assertThat(clock.stamp(origin + 30 * MS)).isEqualTo(origin + 30 * MS);
    assertThat(clock.stamp(origin + 500 * MS)).isEqualTo(origin + 10 * MS);
    assertThat(clock.stamp(origin + 505 * MS)).isEqualTo(origin + 15 * MS);
    assertThat(clock.pauses()).isEqualTo(1);
    assertThat(clock.lastTickNanos()).isEqualTo(origin + 500 * MS);
  }

  @Origins
  void aClockThatStandsOrGoesBackChangesNothing(long origin) {
    AwakeClock clock = new AwakeClock(origin);
    clock.tick(origin + 10 * MS);
    assertThat(clock.tick(origin + 10 * MS)).isZero();
    assertThat(clock.tick(origin + 5 * MS)).isZero();
    assertThat(clock.lastTickNanos()).isEqualTo(origin + 10 * MS);
    assertThat(clock.awake(origin + 5 * MS)).isEqualTo(origin + 5 * MS);
  }

  /** Whatever the ticks: awake time passes never faster than time, and not back at a tick. */
  @Origins
  void awakeTimeNeverOutrunsTime(long origin) {
    SplittableRandom random = new SplittableRandom(3);
    AwakeClock clock = new AwakeClock(origin);
    long now = origin;
    long awake = clock.awake(origin);
    for (int i = 0; i < 20_000; i++) {
      long gap = random.nextInt(20) == 0 ? random.nextLong(9_000 * MS) : random.nextLong(45 * MS);
      now += gap;
      long looked = clock.awake(now);
      long pause = clock.tick(now);
      assertThat(clock.awake(now)).isEqualTo(looked);
      assertThat(looked - awake).isBetween(0L, gap).isEqualTo(gap - pause);
      assertThat(pause == 0).isEqualTo(gap <= 30 * MS);
      awake = looked;
    }
  }
}
