package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.FENCE_MILLIS;
import static io.pulsewatch.client.session.SenderBench.TERMS;
import static io.pulsewatch.client.session.SenderBench.cut;
import static io.pulsewatch.client.session.SenderBench.end;
import static io.pulsewatch.client.session.SenderBench.nanos;
import static io.pulsewatch.client.session.SenderBench.terms;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When an application may believe that it holds a role, and when it gives it up. Interval 2 s, the
 * fence 4.74 s. Confined to the test's thread.
 */
final class SenderRoleTest {
  private static final RoleTerms WRITER = new RoleTerms("w", Terms.UNSET);
  private static final Map<String, Long> FIVE = Map.of("w", 5L);
  private static final Map<String, Long> SIX = Map.of("w", 6L);
  private static final Map<String, Long> NONE = Map.of();

  private static SenderBench bench(long origin) {
    return SenderBench.standingFor(origin, WRITER).established();
  }

  private static long endMillis(SenderBench bench) {
    return Math.round(bench.role(0).endsAtNanos() / 1e6);
  }

  /** Holds the role since 0. */
  private static SenderBench holding() {
    SenderBench bench = bench(0).told(FIVE);
    assertThat(bench.holds(0)).isTrue();
    return bench;
  }

  @Test
  void nothingIsHeldUntilAnAnswerListsIt() {
    SenderBench bench = bench(0);
    bench.runTo(2000).ack();
    assertThat(bench.role(0)).isEqualTo(RoleStanding.NONE);
    bench.holds(Map.of("other", 5L)).runTo(4000).ack();
    assertThat(bench.role(0)).isEqualTo(RoleStanding.NONE);
    bench.told(FIVE);
    assertThat(bench.role(0).token()).isEqualTo(5);
    assertThat(bench.role(0).era()).isEqualTo(1);
    assertThat(bench.holds(0)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void anUnaskedAckGrantsForAsLongAsTheFenceThatRuns(long origin) {
    SenderBench bench = bench(origin).runTo(1000).told(FIVE);
    bench.starveTo(FENCE_MILLIS - 1);
    assertThat(bench.holds(0)).isTrue();
    bench.starveTo(FENCE_MILLIS);
    assertThat(bench.holds(0)).as("known before it is told").isFalse();
    bench.tick();
    assertThat(bench.role(0).held()).isFalse();
    assertThat(bench.role(0).era()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void anAckThatListsItRenewsIt(long origin) {
    SenderBench bench = bench(origin).told(FIVE).runTo(2000);
    bench.runTo(2700).ack().ended(cut());
    bench.starveTo(2000 + FENCE_MILLIS - 1);
    assertThat(bench.holds(0)).isTrue();
    bench.starveTo(2000 + FENCE_MILLIS);
    assertThat(bench.holds(0)).isFalse();
  }

  /** The machine asks for a turn at the role's own fence, which comes before the session's. */
  @ParameterizedTest
  @CsvSource({"1000, 3991", "250, 4740", "100, 4740"})
  void workThatNeedsLongerToStopLosesItSooner(long stopMillis, long fenceMillis) {
    SenderBench bench =
        SenderBench.standingFor(0, new RoleTerms("w", nanos(stopMillis))).established();
    bench.told(FIVE).ended(new StreamEnd(StreamEnd.Kind.REFUSED, "CODE", "", "", nanos(60_000)));
    assertThat(endMillis(bench)).isEqualTo(fenceMillis);
    assertThat(bench.nextTickMillis()).isBetween(fenceMillis - 1, fenceMillis);
    bench.runTo(fenceMillis + 1);
    assertThat(bench.role(0).held()).isFalse();
    assertThat(bench.role(0).leftToStopNanos(bench.nowNanos()))
        .isBetween(nanos(stopMillis - 2), nanos(stopMillis));
    assertThat(bench.role(0).leftToStopNanos(bench.nowNanos() + nanos(stopMillis))).isZero();
  }

  @Test
  void whoWishesForNothingStopsWithinAQuarter() {
    SenderBench bench = SenderBench.standingFor(0, WRITER);
    bench.established(terms(100, 300, 200), 189).told(FIVE);
    assertThat(bench.role(0).stopWithinNanos()).isEqualTo(nanos(50));
    assertThat(bench.role(0).endsAtNanos()).isBetween(nanos(148), nanos(150));
  }

  @Test
  void oneThatIsNotListedAnyMoreIsLostAtOnceAndGivenBackWhenWorkHasStopped() {
    SenderBench bench = holding().runTo(2500);
    bench.drain();
    bench.told(NONE);
    assertThat(bench.holds(0)).isFalse();
    bench.runTo(4000).ack().runTo(4500);
    assertThat(bench.drain()).as("work goes on").containsExactly("beat 1 #2");
    bench.stopped("w");
    assertThat(bench.drain()).as("at once").containsExactly("beat 1 #3 releases [5]");
    bench.ack().runTo(6000).ack().runTo(8000);
    assertThat(bench.drain()).as("once").containsExactly("beat 1 #3", "beat 1 #4");
  }

  @Test
  void aReleaseWaitsForANumberOfItsOwn() {
    SenderBench bench = holding().runTo(2000);
    bench.machine().onNews();
    bench.runTo(2500).ack();
    bench.told(NONE);
    bench.drain();
    bench.stopped("w").runTo(3999);
    assertThat(bench.drain()).as("the coming slot's number is spent").isEmpty();
    bench.runTo(4000);
    assertThat(bench.drain()).containsExactly("beat 1 #3 releases [5]");
  }

  @Test
  void anAckAfterTheFenceGrantsTheSameTokenInANewEra() {
    SenderBench bench = holding().holds(FIVE).runTo(2000);
    bench.starveTo(FENCE_MILLIS).tick();
    assertThat(bench.holds(0)).isFalse();
    bench.ack(FENCE_MILLIS);
    assertThat(bench.holds(0)).isTrue();
    assertThat(bench.role(0).token()).isEqualTo(5);
    assertThat(bench.role(0).era()).isEqualTo(2);
  }

  @Test
  void aResumeRenewsWhatItListsAndTakesTheRest() {
    SenderBench bench = holding().holds(FIVE).runTo(1000);
    bench.ended(cut()).ready(true).granted(7);
    assertThat(bench.role(0).era()).isEqualTo(1);
    assertThat(endMillis(bench)).isEqualTo(1000 + FENCE_MILLIS);
    bench.holds(NONE).runTo(1500).ended(cut()).runTo(1600).ready(true).drain();
    bench.granted(7);
    assertThat(bench.holds(0)).isFalse();
    bench.stopped("w");
    assertThat(bench.drain()).containsExactly("beat 3 #1 releases [5]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUPERSEDED", "NOT_ALLOWED", "SESSION_OVER"})
  void aVerdictEndsItAtOnceAndOwesNothing(StreamEnd.Kind kind) {
    SenderBench bench = holding().runTo(100).ended(end(kind, "CODE"));
    assertThat(bench.holds(0)).isFalse();
    bench.stopped("w").runTo(10_000);
    assertThat(bench.drain()).noneMatch(done -> done.contains("releases"));
  }

  @Test
  void aNewIncarnationHoldsNothingOfTheOldOne() {
    SenderBench bench = holding().holds(NONE).runTo(1000).ended(cut()).ready(true);
    bench.granted(8);
    assertThat(bench.holds(0)).isFalse();
    bench.told(SIX);
    assertThat(bench.role(0).token()).isEqualTo(6);
    assertThat(bench.role(0).era()).isEqualTo(2);
    bench.drain();
    bench.stopped("w").runTo(3500);
    assertThat(bench.drain()).noneMatch(done -> done.contains("releases"));
  }

  @Test
  void anotherTokenIsAnotherEra() {
    SenderBench bench = holding().told(SIX);
    assertThat(bench.holds(0)).isTrue();
    assertThat(bench.role(0).token()).isEqualTo(6);
    assertThat(bench.role(0).era()).isEqualTo(2);
  }

  /** The ack was on its way when the release was: it is about a token that is not ours any more. */
  @Test
  void aTokenThatWasGivenUpIsNeverBelievedInAgain() {
    SenderBench bench = holding().runTo(2500).told(NONE).stopped("w");
    bench.told(FIVE);
    assertThat(bench.holds(0)).isFalse();
    bench.told(SIX);
    assertThat(bench.holds(0)).isTrue();
  }

  /** The server forgot it, as one that was restored from a copy does. */
  @Test
  void whatWasGivenUpAndIsListedAgainIsGivenUpAgain() {
    SenderBench bench = holding().runTo(2500).told(NONE).stopped("w");
    bench.drain();
    bench.told(FIVE).tick();
    assertThat(bench.drain()).as("on its way").isEmpty();
    bench.ack().runTo(4600).told(FIVE).tick().runTo(6100);
    assertThat(bench.drain()).anyMatch(done -> done.endsWith("releases [5]"));
    assertThat(bench.holds(0)).isFalse();
  }

  @Test
  void whatLeavesNoFenceIsGivenBack() {
    SenderBench bench = SenderBench.standingFor(0, new RoleTerms("w", nanos(3000))).established();
    bench.drain();
    bench.told(FIVE).runTo(4000);
    assertThat(bench.holds(0)).isFalse();
    assertThat(bench.role(0).era()).isZero();
    assertThat(bench.drain()).anyMatch(done -> done.endsWith("releases [5]"));
  }

  /** The older release would otherwise be read after the newer grant. */
  @Test
  void whatIsGrantedAnewBeforeWorkHasStoppedIsNotGivenBack() {
    SenderBench bench = holding().runTo(2500).told(NONE).told(SIX);
    bench.drain();
    bench.machine().onRoleStopped("w", 1);
    bench.runTo(3900);
    assertThat(bench.drain()).isEmpty();
    assertThat(bench.role(0).era()).isEqualTo(2);
  }

  @Test
  void aReleaseThatWentDownWithItsStreamIsSaidAgain() {
    SenderBench bench = holding().runTo(2500).told(NONE).stopped("w");
    bench.runTo(2600).ended(cut()).ready(true).granted(7).runTo(4000);
    assertThat(bench.drain()).last().isEqualTo("beat 2 #3 releases [5]");
    bench.ack().runTo(4100).ended(cut()).ready(true).granted(7).runTo(7000);
    assertThat(bench.drain()).as("heard").noneMatch(done -> done.contains("releases"));
  }

  @Test
  void oneThatTheApplicationGivesUpIsLostAtOnce() {
    SenderBench bench = holding().runTo(2500);
    bench.drain();
    bench.machine().onRoleGivenUp("w", bench.nowNanos());
    bench.tick();
    assertThat(bench.holds(0)).isFalse();
    assertThat(bench.drain()).isEmpty();
    bench.holds(FIVE).ack();
    assertThat(bench.holds(0)).as("still listed, since it is not released yet").isFalse();
    bench.stopped("w");
    assertThat(bench.drain()).containsExactly("beat 1 #2 releases [5]");
    bench.told(SIX);
    assertThat(bench.holds(0)).as("granted all the same").isFalse();
    bench.runTo(4000);
    assertThat(bench.drain()).containsExactly("beat 1 #3 releases [6]");
  }

  /** Its own clock told the application first; the answer that renews lay in the mailbox. */
  @Test
  void anEraThatTheApplicationEndedByItselfIsNotGoneOnWith() {
    SenderBench bench = holding().runTo(2500);
    bench.drain();
    bench.machine().onRoleStopped("w", 1);
    bench.tick();
    assertThat(bench.holds(0)).isTrue();
    assertThat(bench.role(0).era()).isEqualTo(2);
    bench.told(NONE).runTo(3900);
    assertThat(bench.drain()).as("it works in era 2").isEmpty();
    bench.stopped("w");
    assertThat(bench.drain()).containsExactly("beat 1 #2 releases [5]");
  }

  @Test
  void withoutAFenceThereAreNoRoles() {
    SenderBench bench =
        SenderBench.standingFor(0, WRITER).established(terms(2000, 6000, 0), -1).told(FIVE);
    assertThat(bench.isCurrent()).isTrue();
    assertThat(bench.holds(0)).isFalse();
  }

  @Test
  void aFenceThatComesForwardBringsTheRolesWithIt() {
    SenderBench bench = holding().holds(FIVE).hold(60_000).runTo(2000).ack(57_000);
    assertThat(bench.role(0).endsAtNanos()).isEqualTo(nanos(59_000));
    bench.hold(0).runTo(4000);
    assertThat(endMillis(bench)).isEqualTo(4000 + FENCE_MILLIS);
  }

  @Test
  void aGoodbyeWaitsUntilWorkHasStopped() {
    SenderBench bench = holding().runTo(1000);
    bench.drain();
    bench.machine().onClose(nanos(900), bench.nowNanos());
    bench.runTo(1500);
    assertThat(bench.holds(0)).isFalse();
    assertThat(bench.drain()).isEmpty();
    bench.stopped("w");
    assertThat(bench.drain()).containsExactly("leave 1");
    bench.tick().runTo(1800);
    assertThat(bench.drain()).as("once").isEmpty();
  }

  @Test
  void aGoodbyeThatWouldComeTooSoonIsNotSaid() {
    SenderBench bench = holding().runTo(1000);
    bench.drain();
    bench.machine().onClose(nanos(900), bench.nowNanos());
    bench.runTo(1900);
    assertThat(bench.drain()).containsExactly("abandon 1");
    assertThat(bench.machine().isOver()).isTrue();
  }

  @Test
  void whoHoldsNothingSaysGoodbyeAtOnce() {
    SenderBench bench = bench(0).runTo(1000);
    bench.drain();
    bench.machine().onClose(nanos(900), bench.nowNanos());
    assertThat(bench.drain()).containsExactly("leave 1");
  }

  @Test
  void stretchedTimesAreTheFencesOfRolesToo() {
    SenderBench bench = holding().runTo(2000);
    Acknowledgement stretched =
        new Acknowledgement(
            1, nanos(2000), nanos(19_730), terms(8000, 24_000, 20_000), false, FIVE);
    bench.machine().onAck(bench.attempt(), stretched, bench.nowNanos());
    bench.tick();
    assertThat(bench.role(0).endsAtNanos()).isEqualTo(nanos(21_730));
    assertThat(bench.role(0).stopWithinNanos()).isEqualTo(nanos(250));
    assertThat(TERMS.allowanceNanos()).isEqualTo(nanos(5000));
  }
}
