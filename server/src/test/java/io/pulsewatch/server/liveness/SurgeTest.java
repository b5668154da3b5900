package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When many doubts are too many. Interval 2 s, timeout 6 s, resume window 5 s. */
final class SurgeTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final long INTERVAL = Fleet.INTERVAL;

  private Fleet fleet = new Fleet(0);

  /** Where all are one group only: m = 5, and half of them. */
  @ParameterizedTest(name = "{0}: {2} of {1}: {3}")
  @CsvSource({
    "SILENCE, 1, 1, false",
    "SILENCE, 2, 2, false",
    "SILENCE, 3, 3, false",
    "SILENCE, 4, 4, false",
    "SILENCE, 5, 4, false",
    "SILENCE, 5, 5, true",
    "SILENCE, 9, 4, false",
    "SILENCE, 9, 5, true",
    "SILENCE, 10, 4, false",
    "SILENCE, 10, 5, true",
    "SILENCE, 11, 5, false",
    "SILENCE, 11, 6, true",
    "SILENCE, 100, 49, false",
    "SILENCE, 100, 50, true",
    "SILENCE, 1000, 499, false",
    "STREAM_LOST, 4, 4, false",
    "STREAM_LOST, 5, 5, true",
    "STREAM_LOST, 100, 49, false",
    "STREAM_LOST, 100, 50, true",
  })
  void halfOfAll(Fleet.Kind kind, int size, int doubted, boolean on) {
    fleet.join(size, "", "");
    fleet.doubt(kind, 0, doubted);
    assertThat(fleet.isOn()).isEqualTo(on);
  }

  /** A zone or a network among a thousand others: m = 5, 20 members, 15 % of them. */
  @ParameterizedTest(name = "{0}: {2} of {1}: {3}")
  @CsvSource({
    "SILENCE, 19, 19, false",
    "SILENCE, 20, 4, false",
    "SILENCE, 20, 5, true",
    "SILENCE, 33, 4, false",
    "SILENCE, 33, 5, true",
    "SILENCE, 40, 5, false",
    "SILENCE, 40, 6, true",
    "SILENCE, 100, 14, false",
    "SILENCE, 100, 15, true",
    "SILENCE, 101, 15, false",
    "SILENCE, 101, 16, true",
    "STREAM_LOST, 19, 19, false",
    "STREAM_LOST, 20, 5, true",
    "STREAM_LOST, 100, 14, false",
    "STREAM_LOST, 100, 15, true",
  })
  void fifteenPercentOfSome(Fleet.Kind kind, int size, int doubted, boolean on) {
    for (String group : List.of("zone", "network")) {
      fleet = new Fleet(0);
      boolean isZone = group.equals("zone");
      fleet.join(size, isZone ? "a" : "", isZone ? "" : "10.0.0.0/24");
      fleet.join(1_000, isZone ? "b" : "", isZone ? "" : "10.0.1.0/24");
      fleet.doubt(kind, 0, doubted);
      assertThat(fleet.isOn()).as(group).isEqualTo(on);
      assertThat(kind == Fleet.Kind.SILENCE && fleet.isHeld(0))
          .isEqualTo(on && kind == Fleet.Kind.SILENCE);
    }
  }

  /** Of 100,000 in a zone 15 % are 15,000: what chance explains is far below. */
  @Test
  void spreadOverTheZonesTheyAreTooFew() {
    for (int zone = 0; zone < 10; zone++) {
      fleet.join(100, "z" + zone, "");
    }
    for (int zone = 0; zone < 10; zone++) {
      fleet.silent(100 * zone, 14);
    }
    assertThat(fleet.isOn()).isFalse();
    fleet.silent(14, 1);
    assertThat(fleet.isOn()).isTrue();
    assertThat(fleet.isHeld(0)).isTrue();
    assertThat(fleet.isHeld(100)).as("its zone has no more than 14").isFalse();
  }

  /** One median interval, both ends included. */
  @Origins
  void theWindowsEdges(long at) {
    for (long late : new long[] {0, 1}) {
      fleet = new Fleet(at);
      fleet.join(10, "", "");
      fleet.silent(0, 1);
      fleet.now = at + INTERVAL / 2;
      fleet.silent(1, 3);
      fleet.now = at + INTERVAL + late;
      fleet.silent(4, 1);
      assertThat(fleet.isOn()).isEqualTo(late == 0);
    }
  }

  @Test
  void theWindowIsTheMedianIntervalOfTheGroup() {
    fleet.join(15, "a", "", Times.grant(10 * INTERVAL, Times.UNSET, Times.UNSET));
    fleet.join(14, "a", "");
    fleet.join(100, "", "");
    fleet.silent(0, 4);
    fleet.now += 10 * INTERVAL;
    fleet.silent(4, 1);
    assertThat(fleet.isOn()).as("five within one interval of 20 s").isTrue();
  }

  /** Whoever is doubted again within the window is one and no more; but the bar is 6 after them. */
  @Test
  void nobodyCountsTwice() {
    fleet.join(12, "", "");
    for (int i = 0; i < 10; i++) {
      fleet.silent(0, 1);
      fleet.heard(0, 1);
      fleet.now += MS;
    }
    fleet.silent(1, 4);
    assertThat(fleet.isOn()).isFalse();
    fleet.silent(5, 1);
    assertThat(fleet.isOn()).isTrue();
  }

  /** A name that is registered, falls silent and dies again and again, too. */
  @Test
  void noNameCountsTwice() {
    fleet.join(12, "", "");
    for (int i = 0; i < 10; i++) {
      fleet.silent(0, 1);
      fleet.ended(0, 1);
      fleet.rejoin(0);
    }
    fleet.silent(1, 4);
    assertThat(fleet.isOn()).isFalse();
    fleet.silent(5, 1);
    assertThat(fleet.isOn()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "0.01, 6", "1, 12", "4, 21", "9, 32", "100, 165"})
  void moreThanChanceExplains(double mean, long least) {
    assertThat(Surge.least(mean)).isEqualTo(least);
  }

  /** 1800 an hour are one in 2 s: from then on 12 are too many, and 11 are not. */
  @Origins
  void theHourBeforeSetsTheBar(long at) {
    fleet = new Fleet(at);
    fleet.join(20, "", "");
    for (int i = 0; i < 1_800; i++) {
      fleet.now = at + i * INTERVAL;
      fleet.silent(i % 20, 1);
      fleet.heard(i % 20, 1);
    }
    fleet.now = at + HOUR + INTERVAL + 1;
    fleet.silent(0, 11);
    assertThat(fleet.isOn()).isFalse();
    fleet.silent(11, 1);
    assertThat(fleet.isOn()).isTrue();
    fleet.heard(0, 20);
    assertThat(fleet.isOn()).isFalse();
    fleet.now += 2 * HOUR;
    fleet.silent(0, 9);
    assertThat(fleet.isOn()).isFalse();
    fleet.silent(9, 1);
    assertThat(fleet.isOn()).as("and the bar goes down").isTrue();
  }

  @Test
  void isOnUntilTooFewAreLeftAndNoVerdictWaits() {
    fleet.join(10, "", "");
    fleet.silent(0, 6);
    assertThat(fleet.isOn()).isTrue();
    fleet.heard(0, 1);
    assertThat(fleet.isOn()).as("five of ten").isTrue();
    fleet.heard(1, 1);
    assertThat(fleet.isOn()).as("four of ten").isFalse();
    assertThat(fleet.isHeld(2)).as("but they are sheltered").isTrue();
    assertThat(fleet.isOn()).as("one waits").isTrue();
    fleet.ended(2, 1);
    assertThat(fleet.isOn()).isFalse();
    fleet.heard(3, 3);
    assertThat(fleet.isOn()).isFalse();
  }

  /** They come slower than the window, but while the surge lasts. */
  @Test
  void whoFollowsWhileItLastsIsSheltered() {
    fleet.join(20, "", "");
    fleet.silent(0, 10);
    fleet.now += 5 * INTERVAL;
    fleet.silent(10, 1);
    assertThat(fleet.isHeld(10)).isTrue();
    fleet.heard(0, 10);
    fleet.now += 5 * INTERVAL;
    fleet.silent(11, 1);
    assertThat(fleet.isHeld(11)).isFalse();
  }

  /** Who has left is neither sheltered nor counted among the living. */
  @Test
  void theDeadCountWhereTheyFellSilentAndAreNoMembers() {
    fleet.join(10, "", "");
    fleet.silent(0, 4);
    fleet.ended(0, 4);
    fleet.silent(4, 1);
    assertThat(fleet.isOn()).as("five of six").isTrue();
    fleet.ended(4, 6);
    assertThat(fleet.isOn()).isFalse();
    fleet.join(4, "", "");
    fleet.silent(10, 4);
    assertThat(fleet.isOn()).as("nine within the window").isTrue();
  }

  @Test
  void whoIsForgottenIsCountedNoMore() {
    fleet.join(10, "", "");
    fleet.silent(0, 4);
    fleet.ended(0, 4);
    for (int i = 0; i < 4; i++) {
      fleet.forget(i);
    }
    fleet.silent(4, 4);
    assertThat(fleet.isOn()).isFalse();
  }

  @Test
  void atTheLimitOfGroupsANewOneIsNotCounted() {
    fleet = new Fleet(new Preservation(true, 1, 0), 0);
    fleet.join(20, "a", "");
    fleet.join(20, "b", "");
    fleet.join(100, "", "");
    fleet.silent(20, 20);
    assertThat(fleet.isHeld(20)).as("there was no room for zone b").isFalse();
    fleet.silent(0, 20);
    assertThat(fleet.isHeld(0)).isTrue();
    fleet.ended(0, 40);
    fleet.now += HOUR;
    fleet.join(20, "b", "");
    fleet.silent(140, 20);
    assertThat(fleet.isHeld(140)).as("zone a is gone").isTrue();
  }

  /** Who found no room joins its group when it resumes and there is room, and counts once. */
  @Test
  void whoFoundNoRoomJoinsAtItsNextResume() {
    fleet = new Fleet(new Preservation(true, 2, 0), 0);
    fleet.join(20, "a", "");
    fleet.join(1, "b", "");
    fleet.join(20, "c", "10.0.0.0/24");
    fleet.join(100, "", "");
    fleet.ended(20, 1);
    for (int i = 21; i < 40; i++) {
      fleet.rejoin(i, "c", "10.0.0.0/24");
      fleet.rejoin(i, "c", "10.0.0.0/24");
    }
    fleet.silent(21, 10);
    assertThat(fleet.isOn()).as("19 are no group").isFalse();
    fleet.heard(21, 10);
    fleet.now += 2 * HOUR;
    fleet.rejoin(40, "c", "10.0.0.0/24");
    fleet.silent(31, 5);
    assertThat(fleet.isHeld(31)).as("zone c is one of 20").isTrue();
    fleet.ended(0, 20);
    for (int i = 21; i < 41; i++) {
      fleet.rejoin(i, "c", "10.0.0.0/24");
    }
    fleet.ended(21, 20);
    fleet.join(1, "x", "");
    fleet.join(20, "y", "");
    fleet.now += 2 * HOUR;
    fleet.silent(142, 20);
    assertThat(fleet.isHeld(142)).as("zone c and its network are gone").isTrue();
  }
}
