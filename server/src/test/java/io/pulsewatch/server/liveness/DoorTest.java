package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DoorTest {
  private final ManualReader quick = new ManualReader(0);
  private final ManualReader slow = new ManualReader(0);
  private Door door = new Door(List.of(), 0);

  @BeforeEach
  void open() {
    door = new Door(List.of(quick, slow), 0);
  }

  @Test
  void ticksWhenTheSlowestHasTicked() {
    quick.clock().tick(10 * MS);
    assertThat(door.turn(11 * MS)).isZero();
    assertThat(door.clock().lastTickNanos()).isZero();
    slow.clock().tick(12 * MS);
    assertThat(door.turn(13 * MS)).isZero();
    assertThat(door.clock().lastTickNanos()).isEqualTo(13 * MS);
  }

  @Test
  void aPauseOfOneReaderIsAPauseOfTheDoor() {
    for (long now = 10 * MS; now <= 1_000 * MS; now += 10 * MS) {
      quick.clock().tick(now);
      assertThat(door.turn(now)).isZero();
      assertThat(door.clock().isPausing(now)).isEqualTo(now > 40 * MS);
      assertThat(door.clock().awake(now)).isEqualTo(now > 40 * MS ? 20 * MS : now);
    }
    slow.clock().tick(1_005 * MS);
    assertThat(door.turn(1_010 * MS)).isEqualTo(990 * MS);
    assertThat(door.clock().isPausing(1_010 * MS)).isFalse();
    assertThat(door.clock().awake(1_010 * MS)).isEqualTo(20 * MS);
  }

  @Test
  void aRoundIsOverWhenEachHasPassed() {
    long ticket = door.ticket();
    pass(2, 0);
    assertThat(door.passed(ticket)).isFalse();
    pass(0, 2);
    assertThat(door.passed(ticket)).as("this round may have begun before the ticket").isFalse();
    pass(2, 1);
    assertThat(door.passed(ticket)).isFalse();
    pass(0, 1);
    assertThat(door.passed(ticket)).isTrue();
  }

  @Test
  void passesBeforeARoundBelongToIt() {
    pass(7, 1);
    long ticket = door.ticket();
    pass(0, 1);
    assertThat(door.passed(ticket)).isFalse();
    pass(2, 2);
    assertThat(door.passed(ticket)).isTrue();
  }

  @Test
  void nudgesEverybody() {
    door.nudge();
    assertThat(quick.nudges()).isEqualTo(1);
    assertThat(slow.nudges()).isEqualTo(1);
  }

  @Test
  void theOldestTickIsTheSlowestReaders() {
    quick.clock().tick(50 * MS);
    slow.clock().tick(20 * MS);
    assertThat(door.oldestTickNanos(60 * MS)).isEqualTo(20 * MS);
    assertThat(new Door(List.of(), 0).oldestTickNanos(60 * MS)).isEqualTo(60 * MS);
  }

  @Test
  void withoutReadersNobodyIsWaitedFor() {
    Door open = new Door(List.of(), 0);
    long ticket = open.ticket();
    open.turn(10 * MS);
    open.turn(20 * MS);
    assertThat(open.passed(ticket)).isTrue();
    assertThat(open.clock().lastTickNanos()).isEqualTo(20 * MS);
  }

  @Origins
  void wrapsWithTheClock(long origin) {
    ManualReader reader = new ManualReader(origin);
    Door wrapping = new Door(List.of(reader), origin);
    for (long t = 10 * MS; t <= 100 * MS; t += 10 * MS) {
      reader.clock().tick(origin + t);
      assertThat(wrapping.turn(origin + t)).isZero();
      assertThat(wrapping.oldestTickNanos(origin + t)).isEqualTo(origin + t);
    }
    reader.clock().tick(origin + 200 * MS);
    assertThat(wrapping.turn(origin + 200 * MS)).isEqualTo(80 * MS);
  }

  private void pass(int byQuick, int bySlow) {
    for (int i = 0; i < byQuick; i++) {
      quick.pass();
    }
    for (int i = 0; i < bySlow; i++) {
      slow.pass();
    }
    door.turn(0);
  }
}
