package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rule and its edges. Interval 2 s, timeout 6 s, resume window 5 s. */
final class PreservationTest {
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final Times TIMES = Rig.TIMES;
  private static final long INTERVAL = TIMES.intervalNanos();

  private final List<Neighbourhood> fleet = new ArrayList<>();
  private long now;
  private Preservation preservation = new Preservation(true, 100, 0);

  /** Whether the rule holds for silences and for losses alike. */
  private enum Kind {
    SILENCE,
    STREAM_LOST
  }

  private void start(long at) {
    now = at;
    preservation = new Preservation(true, 100, at);
    fleet.clear();
  }

  private void join(int count, String zone, String network) {
    join(count, zone, network, TIMES);
  }

  private void join(int count, String zone, String network, Times times) {
    Details details = new Details(List.of(), Map.of(), zone, 0, "");
    for (int i = 0; i < count; i++) {
      fleet.add(preservation.join(null, details, network, times, now));
    }
  }

  /** So many of the fleet, from this place on, at once. */
  private void doubt(Kind kind, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (kind == Kind.SILENCE) {
        preservation.onSilence(fleet.get(i), now);
      } else {
        preservation.onLoss(fleet.get(i), now);
      }
    }
  }

  private void silent(int from, int count) {
    doubt(Kind.SILENCE, from, count);
  }

  private void heard(int from, int count) {
    for (int i = from; i < from + count; i++) {
      preservation.onHeard(fleet.get(i), now);
    }
  }

  private void ended(int from, int count) {
    for (int i = from; i < from + count; i++) {
      preservation.onEnded(fleet.get(i), now);
    }
  }

  /** What becomes of DEAD by silence, so long past the deadline. */
  private Judge.Verdict atTimeout(int who, long overdue) {
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, overdue);
    long silence = TIMES.timeoutNanos() + overdue;
    return review(dead, who, State.SUSPECT, silence, Judge.NOT_LOST);
  }

  /** What becomes of DEAD by the loss of a stream that was heard just then. */
  private Judge.Verdict atResumeWindow(int who, long silence) {
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0);
    return review(dead, who, State.SUSPECT, silence, silence);
  }

  private Judge.Verdict review(
      Judge.Verdict verdict, int who, State state, long silence, long lost) {
    return review(verdict, who, TIMES, state, silence, lost);
  }

  private Judge.Verdict review(
      Judge.Verdict verdict, int who, Times times, State state, long silence, long lost) {
    Judge.Facts facts = facts(times, state, silence, lost, 0);
    return preservation.review(verdict, facts, fleet.get(who));
  }

  private static Judge.Facts facts(Times times, State state, long silence, long lost, long hold) {
    return new Judge.Facts(
        times, state, silence, lost, false, Judge.NOTHING, 2 * INTERVAL, hold, 0);
  }

  private boolean isHeld(int who) {
    return atTimeout(who, 0).kind() == Judge.Kind.WAIT;
  }

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
  void halfOfAll(Kind kind, int size, int doubted, boolean on) {
    join(size, "", "");
    doubt(kind, 0, doubted);
    assertThat(preservation.isOn()).isEqualTo(on);
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
  void fifteenPercentOfSome(Kind kind, int size, int doubted, boolean on) {
    for (String group : List.of("zone", "network")) {
      start(0);
      boolean isZone = group.equals("zone");
      join(size, isZone ? "a" : "", isZone ? "" : "10.0.0.0/24");
      join(1_000, isZone ? "b" : "", isZone ? "" : "10.0.1.0/24");
      doubt(kind, 0, doubted);
      assertThat(preservation.isOn()).as(group).isEqualTo(on);
      assertThat(kind == Kind.SILENCE && isHeld(0)).isEqualTo(on && kind == Kind.SILENCE);
    }
  }

  /** Of 100,000 in a zone 15 % are 15,000: what chance explains is far below. */
  @Test
  void spreadOverTheZonesTheyAreTooFew() {
    for (int zone = 0; zone < 10; zone++) {
      join(100, "z" + zone, "");
    }
    for (int zone = 0; zone < 10; zone++) {
      silent(100 * zone, 14);
    }
    assertThat(preservation.isOn()).isFalse();
    silent(14, 1);
    assertThat(preservation.isOn()).isTrue();
    assertThat(isHeld(0)).isTrue();
    assertThat(isHeld(100)).as("its zone has no more than 14").isFalse();
  }

  /** One median interval, both ends included. */
  @Origins
  void theWindowsEdges(long at) {
    for (long late : new long[] {0, 1}) {
      start(at);
      join(10, "", "");
      silent(0, 1);
      now = at + INTERVAL / 2;
      silent(1, 3);
      now = at + INTERVAL + late;
      silent(4, 1);
      assertThat(preservation.isOn()).isEqualTo(late == 0);
    }
  }

  @Test
  void theWindowIsTheMedianIntervalOfTheGroup() {
    join(15, "a", "", Times.grant(10 * INTERVAL, Times.UNSET, Times.UNSET));
    join(14, "a", "");
    join(100, "", "");
    silent(0, 4);
    now += 10 * INTERVAL;
    silent(4, 1);
    assertThat(preservation.isOn()).as("five within one interval of 20 s").isTrue();
  }

  /** Whoever is doubted again within the window is one and no more; but the bar is 6 after them. */
  @Test
  void nobodyCountsTwice() {
    join(12, "", "");
    for (int i = 0; i < 10; i++) {
      silent(0, 1);
      heard(0, 1);
      now += MS;
    }
    silent(1, 4);
    assertThat(preservation.isOn()).isFalse();
    silent(5, 1);
    assertThat(preservation.isOn()).isTrue();
  }

  /** A name that is registered, falls silent and dies again and again, too. */
  @Test
  void noNameCountsTwice() {
    join(12, "", "");
    for (int i = 0; i < 10; i++) {
      silent(0, 1);
      ended(0, 1);
      preservation.join(fleet.get(0), Details.NONE, "", TIMES, now);
    }
    silent(1, 4);
    assertThat(preservation.isOn()).isFalse();
    silent(5, 1);
    assertThat(preservation.isOn()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "0.01, 6", "1, 12", "4, 21", "9, 32", "100, 165"})
  void moreThanChanceExplains(double mean, long least) {
    assertThat(Surge.least(mean)).isEqualTo(least);
  }

  /** 1800 an hour are one in 2 s: from then on 12 are too many, and 11 are not. */
  @Origins
  void theHourBeforeSetsTheBar(long at) {
    start(at);
    join(20, "", "");
    for (int i = 0; i < 1_800; i++) {
      now = at + i * INTERVAL;
      silent(i % 20, 1);
      heard(i % 20, 1);
    }
    now = at + HOUR + INTERVAL + 1;
    silent(0, 11);
    assertThat(preservation.isOn()).isFalse();
    silent(11, 1);
    assertThat(preservation.isOn()).isTrue();
    heard(0, 20);
    assertThat(preservation.isOn()).isFalse();
    now += 2 * HOUR;
    silent(0, 9);
    assertThat(preservation.isOn()).isFalse();
    silent(9, 1);
    assertThat(preservation.isOn()).as("and the bar goes down").isTrue();
  }

  /** The whole of it: 1 interval for sure, then all through the next one. */
  @Test
  void isHeldForAnIntervalAndReleasedEvenlyOverTheNext() {
    int count = 1_000;
    join(count, "", "");
    silent(0, count);
    int[] tenths = new int[10];
    for (int i = 0; i < count; i++) {
      Judge.Verdict waits = atTimeout(i, 0);
      assertThat(waits.kind()).isEqualTo(Judge.Kind.WAIT);
      assertThat(waits.nanos()).isGreaterThanOrEqualTo(INTERVAL).isLessThan(2 * INTERVAL);
      assertThat(atTimeout(i, INTERVAL - 1).kind()).isEqualTo(Judge.Kind.WAIT);
      assertThat(atTimeout(i, waits.nanos() - 1).kind()).isEqualTo(Judge.Kind.WAIT);
      assertThat(atTimeout(i, waits.nanos()))
          .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, waits.nanos()));
      tenths[(int) ((waits.nanos() - INTERVAL) * 10 / INTERVAL)]++;
    }
    for (int tenth : tenths) {
      assertThat(tenth).isBetween(98, 102);
    }
  }

  /** Of its zone, of its network and of all at once; in one surge and in the next. */
  @Test
  void eachSilenceIsHeldOnce() {
    join(40, "a", "10.0.0.0/24");
    silent(0, 20);
    long held = atTimeout(3, 0).nanos();
    now += INTERVAL;
    heard(5, 15);
    assertThat(isHeld(3)).isTrue();
    now += 10 * INTERVAL;
    silent(20, 20);
    assertThat(atTimeout(3, 0).nanos()).isEqualTo(held);
    assertThat(atTimeout(3, held).kind()).isEqualTo(Judge.Kind.DEAD);
    assertThat(atTimeout(3, 2 * INTERVAL).kind()).isEqualTo(Judge.Kind.DEAD);
  }

  /** A silence of its own, after it was heard. */
  @Test
  void whoIsHeardAndSilentAgainIsJudgedAnew() {
    join(10, "", "");
    silent(0, 5);
    assertThat(isHeld(0)).isTrue();
    heard(0, 5);
    assertThat(preservation.isOn()).isFalse();
    now += 10 * INTERVAL;
    silent(0, 1);
    assertThat(isHeld(0)).isFalse();
  }

  @Test
  void isOnUntilTooFewAreLeftAndNoVerdictWaits() {
    join(10, "", "");
    silent(0, 6);
    assertThat(preservation.isOn()).isTrue();
    heard(0, 1);
    assertThat(preservation.isOn()).as("five of ten").isTrue();
    heard(1, 1);
    assertThat(preservation.isOn()).as("four of ten").isFalse();
    assertThat(isHeld(2)).as("but they are sheltered").isTrue();
    assertThat(preservation.isOn()).as("one waits").isTrue();
    ended(2, 1);
    assertThat(preservation.isOn()).isFalse();
    heard(3, 3);
    assertThat(preservation.isOn()).isFalse();
  }

  /** They come slower than the window, but while the surge lasts. */
  @Test
  void whoFollowsWhileItLastsIsSheltered() {
    join(20, "", "");
    silent(0, 10);
    now += 5 * INTERVAL;
    silent(10, 1);
    assertThat(isHeld(10)).isTrue();
    heard(0, 10);
    now += 5 * INTERVAL;
    silent(11, 1);
    assertThat(isHeld(11)).isFalse();
  }

  /** Who has left is neither sheltered nor counted among the living. */
  @Test
  void theDeadCountWhereTheyFellSilentAndAreNoMembers() {
    join(10, "", "");
    silent(0, 4);
    ended(0, 4);
    silent(4, 1);
    assertThat(preservation.isOn()).as("five of six").isTrue();
    ended(4, 6);
    assertThat(preservation.isOn()).isFalse();
    join(4, "", "");
    silent(10, 4);
    assertThat(preservation.isOn()).as("nine within the window").isTrue();
  }

  @Test
  void whoIsForgottenIsCountedNoMore() {
    join(10, "", "");
    silent(0, 4);
    ended(0, 4);
    for (int i = 0; i < 4; i++) {
      preservation.forget(fleet.get(i), now);
    }
    silent(4, 4);
    assertThat(preservation.isOn()).isFalse();
  }

  @Test
  void lossesFallBackToTheTimeout() {
    join(10, "", "");
    doubt(Kind.STREAM_LOST, 0, 4);
    assertThat(atResumeWindow(0, TIMES.resumeWindowNanos()).kind()).isEqualTo(Judge.Kind.DEAD);
    doubt(Kind.STREAM_LOST, 4, 1);
    long left = TIMES.timeoutNanos() - TIMES.resumeWindowNanos();
    assertThat(atResumeWindow(0, TIMES.resumeWindowNanos()))
        .isEqualTo(new Judge.Verdict(Judge.Kind.WAIT, Cause.SILENCE, left));
    assertThat(atResumeWindow(4, TIMES.timeoutNanos() - 1).nanos()).isEqualTo(1);
    assertThat(atResumeWindow(4, TIMES.timeoutNanos()))
        .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, 0));
    assertThat(isHeld(4)).as("it was not suspected by silence").isFalse();
  }

  /** A loss of its own ends a hold; with many others it does not. */
  @Test
  void aLossIsAnotherReasonThanSilence() {
    join(20, "", "");
    silent(0, 10);
    doubt(Kind.STREAM_LOST, 0, 1);
    long silence = TIMES.timeoutNanos() + 1;
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.SILENCE, 1);
    long window = TIMES.resumeWindowNanos();
    assertThat(review(dead, 0, State.SUSPECT, silence, window - 3).nanos()).isEqualTo(3);
    assertThat(review(dead, 0, State.SUSPECT, silence, window))
        .isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0));
    long held = atTimeout(0, 0).nanos();
    assertThat(review(dead, 0, State.SUSPECT, TIMES.timeoutNanos() + held, window).cause())
        .as("that was due first")
        .isEqualTo(Cause.SILENCE);
    doubt(Kind.STREAM_LOST, 1, 9);
    assertThat(review(dead, 0, State.SUSPECT, silence, window).nanos()).isEqualTo(held - 1);
  }

  @Test
  void aLossThatIsDeathCountsAndIsNotSheltered() {
    join(10, "", "");
    doubt(Kind.STREAM_LOST, 0, 5);
    Times none = Times.grant(Times.UNSET, Times.UNSET, 0);
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 0);
    assertThat(review(dead, 0, none, State.ALIVE, 0, 0)).isEqualTo(dead);
    assertThat(preservation.isOn()).isTrue();
  }

  /** A pause that it announced itself is over: that was time enough. */
  @Test
  void anAnnouncedPauseIsNotHeld() {
    join(10, "", "");
    silent(0, 5);
    long hold = TIMES.timeoutNanos() + 1;
    Judge.Facts facts = facts(TIMES, State.SUSPECT, hold, Judge.NOT_LOST, hold);
    Judge.Verdict dead = Judge.judge(facts);
    assertThat(dead).isEqualTo(new Judge.Verdict(Judge.Kind.DEAD, Cause.HOLD_EXPIRED, 0));
    assertThat(preservation.review(dead, facts, fleet.get(0))).isEqualTo(dead);
  }

  /** A loss that we may have made is told late; not later still. */
  @Test
  void suspectIsNeverHeld() {
    join(10, "", "");
    silent(0, 5);
    doubt(Kind.STREAM_LOST, 0, 5);
    Judge.Verdict suspect = new Judge.Verdict(Judge.Kind.SUSPECT, Cause.SILENCE, 3);
    assertThat(review(suspect, 0, State.ALIVE, 3, 3)).isEqualTo(suspect);
    Judge.Verdict dead = new Judge.Verdict(Judge.Kind.DEAD, Cause.STREAM_LOST, 3);
    assertThat(review(dead, 0, State.ALIVE, 5 * SECOND + 3, 5 * SECOND + 3))
        .isEqualTo(new Judge.Verdict(Judge.Kind.SUSPECT, Cause.STREAM_LOST, 3));
  }

  @Test
  void atTheLimitOfGroupsANewOneIsNotCounted() {
    preservation = new Preservation(true, 1, 0);
    join(20, "a", "");
    join(20, "b", "");
    join(100, "", "");
    silent(20, 20);
    assertThat(isHeld(20)).as("there was no room for zone b").isFalse();
    silent(0, 20);
    assertThat(isHeld(0)).isTrue();
    ended(0, 40);
    now += HOUR;
    join(20, "b", "");
    silent(140, 20);
    assertThat(isHeld(140)).as("zone a is gone").isTrue();
  }

  @Test
  void switchedOffNothingWaits() {
    preservation = new Preservation(false, 100, 0);
    join(100, "a", "n");
    silent(0, 100);
    doubt(Kind.STREAM_LOST, 0, 100);
    assertThat(preservation.isOn()).isFalse();
    assertThat(isHeld(0)).isFalse();
    assertThat(atResumeWindow(0, 5 * SECOND).kind()).isEqualTo(Judge.Kind.DEAD);
  }
}
