package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.FENCE_MILLIS;
import static io.pulsewatch.client.session.SenderBench.TERMS;
import static io.pulsewatch.client.session.SenderBench.cut;
import static io.pulsewatch.client.session.SenderBench.end;
import static io.pulsewatch.client.session.SenderBench.nanos;
import static io.pulsewatch.client.session.SenderBench.terms;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When an application stops believing in its incarnation. Confined to the test's thread. */
final class SenderFenceTest {

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void theFenceCountsFromTheSendInstantOfTheRegister(long origin) {
    SenderBench bench = new SenderBench(origin).start().ready(true);
    assertThat(bench.isCurrent()).isFalse();
    bench.runTo(300).granted(7); // the answer took 300 ms, and they count
    bench.ended(cut()).drain();
    bench.runTo(FENCE_MILLIS - 1);
    assertThat(bench.isCurrent()).isTrue();
    assertThat(bench.drain()).doesNotContain("expired");
    bench.starveTo(FENCE_MILLIS);
    assertThat(bench.isCurrent()).as("known before it is told").isFalse();
    assertThat(bench.drain()).isEmpty();
    bench.tick();
    assertThat(bench.drain()).contains("expired");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void anAckMovesTheFenceToItsHeartbeatsSendInstant(long origin) {
    SenderBench bench = new SenderBench(origin).established();
    bench.runTo(2000);
    bench.runTo(2700).ack().ended(cut()).drain();
    bench.runTo(2000 + FENCE_MILLIS - 1);
    assertThat(bench.isCurrent()).isTrue();
    bench.runTo(2000 + FENCE_MILLIS);
    assertThat(bench.isCurrent()).isFalse();
    assertThat(bench.drain()).contains("expired");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void theFenceHasATimerOfItsOwn(long origin) {
    SenderBench bench = new SenderBench(origin).established();
    bench.ended(new StreamEnd(StreamEnd.Kind.REFUSED, "CODE", "", "", nanos(60_000)));
    assertThat(bench.nextTickMillis()).isEqualTo(FENCE_MILLIS);
    bench.runTo(FENCE_MILLIS);
    assertThat(bench.drain()).contains("expired");
    assertThat(bench.nextTickMillis()).isEqualTo(60_000);
  }

  @Test
  void anAckWithoutExpiryRenewsNothing() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000).ack(-1);
    bench.runTo(4000).ack(-1);
    assertThat(bench.isCurrent()).isTrue();
    bench.drain();
    bench.runTo(FENCE_MILLIS);
    assertThat(bench.isCurrent()).isFalse();
    assertThat(bench.drain()).containsExactly("expired");
  }

  @Test
  void anOldEchoMovesNothingBack() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000).ack();
    Acknowledgement old = new Acknowledgement(0, nanos(0) + 1, nanos(FENCE_MILLIS), null);
    bench.machine().onAck(bench.attempt(), old, bench.nowNanos());
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(2000 + FENCE_MILLIS));
  }

  @Test
  void anEchoOfWhatWasNeverSentRenewsNothing() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000);
    Acknowledgement future = new Acknowledgement(9, nanos(9999), nanos(FENCE_MILLIS), null);
    bench.machine().onAck(bench.attempt(), future, bench.nowNanos());
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(FENCE_MILLIS));
  }

  /** The server ends it when it hears of it, and the answer may be lost. */
  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void anEndedPauseBringsTheFenceForward(long origin) {
    SenderBench bench = new SenderBench(origin).established();
    bench.hold(60_000).runTo(2000).ack(57_000);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(origin + nanos(59_000));
    bench.hold(0).runTo(4000);
    long granted = origin + nanos(4000 + FENCE_MILLIS);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(granted);
    Acknowledgement earlier = new Acknowledgement(0, origin + nanos(2000), nanos(57_000), null);
    bench.machine().onAck(bench.attempt(), earlier, bench.nowNanos());
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(granted);
  }

  private static void stretch(SenderBench bench, Terms stretched, long fenceMillis) {
    bench
        .machine()
        .onAck(
            bench.attempt(),
            new Acknowledgement(0, bench.nowNanos(), nanos(fenceMillis), stretched),
            bench.nowNanos());
  }

  /** A server with too much to do may also take longer to answer. */
  @Test
  void aStretchMovesTheFence() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000);
    stretch(bench, terms(8000, 24_000, 20_000), 19_700);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(21_700));
  }

  /** Whatever the answer that said so grants: a fence, or a pause that was announced. */
  @ParameterizedTest
  @ValueSource(longs = {19_700, 60_000})
  void aStretchMovesThePatience(long fenceMillis) {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000);
    stretch(bench, terms(8000, 24_000, 20_000), fenceMillis);
    bench.drain();
    bench.runTo(10_000); // the next heartbeat, from which on an answer is due: (18 s - 8 s) / 2
    assertThat(bench.drain()).containsExactly("beat 1 #2");
    bench.runTo(14_999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(15_050);
    assertThat(bench.drain()).anyMatch(done -> done.startsWith("abandon"));
  }

  /** The server judges by the shorter times from then on, and its answers may be lost. */
  @Test
  void aPauseThatEndsAfterTimesWentBackCountsTheShorterOnes() {
    SenderBench bench = new SenderBench(0).established(terms(8000, 24_000, 20_000), 19_700);
    bench.runTo(1000).ended(cut()).runTo(1000).ready(true).granted(7);
    bench.hold(60_000).runTo(2000).ack(57_000);
    bench.hold(0).runTo(4000);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(4000 + FENCE_MILLIS));
  }

  @Test
  void aPauseThatEndsInAStretchCountsNoMoreThanThat() {
    SenderBench bench = new SenderBench(0).established();
    bench.hold(60_000).runTo(2000);
    stretch(bench, terms(8000, 24_000, 20_000), 57_000);
    bench.hold(0).runTo(10_000);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(10_000 + 18_000));
  }

  @Test
  void aRegisterEndsAPause() {
    SenderBench bench = new SenderBench(0).established();
    bench.hold(60_000).runTo(2000).ack(57_000);
    bench.runTo(3000).ended(cut()).runTo(3000).ready(true);
    assertThat(bench.drain()).contains("register 2 with t1");
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(3000 + FENCE_MILLIS));
  }

  @Test
  void whatIsLeftOfAPauseShortensNothing() {
    SenderBench bench = new SenderBench(0).established();
    bench.hold(60_000).runTo(2000).ack(57_000);
    bench.hold(58_000).runTo(4000);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(59_000));
    bench.ack(55_000).hold(1_000).runTo(6000);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(6000 + FENCE_MILLIS));
  }

  @Test
  void aYoungerFenceMayBeShorter() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000).ack(9000);
    bench.runTo(4000).ack(1000);
    assertThat(bench.machine().standing().fenceAtNanos()).isEqualTo(nanos(5000));
  }

  @Test
  void aResumeRestores() {
    SenderBench bench = new SenderBench(0).established();
    bench.ended(cut());
    bench.runTo(5100).drain();
    bench.ready(true).drain();
    bench.granted(7);
    assertThat(bench.drain()).containsExactly("restored");
    assertThat(bench.isCurrent()).isTrue();
  }

  @Test
  void aResumeInTimeTellsNothing() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(1000).ended(cut()).ready(true).drain();
    bench.granted(7);
    assertThat(bench.drain()).isEmpty();
  }

  @Test
  void aNewIncarnationEndsTheOldOneAndRestoresNothing() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(1000).ended(cut()).ready(true).drain();
    bench.granted(8);
    assertThat(bench.drain()).containsExactly("expired", "registered 8");
    assertThat(bench.machine().standing().incarnation()).isEqualTo(8);
  }

  @Test
  void anExpiredIncarnationIsNotToldAgainWhenAnewOneBegins() {
    SenderBench bench = new SenderBench(0).established();
    bench.ended(cut());
    bench.runTo(5100).ready(true).drain();
    bench.granted(8);
    assertThat(bench.drain()).containsExactly("registered 8");
  }

  @Test
  void anAnswerThatComesAfterItsFenceIsNotBelieved() {
    SenderBench bench = new SenderBench(0).start().ready(true);
    bench.drain();
    bench.runTo(FENCE_MILLIS).granted(7);
    assertThat(bench.drain()).containsExactly("registered 7", "expired");
    assertThat(bench.isCurrent()).isFalse();
  }

  @Test
  void aServerWithoutItsLedgerGivesNoFenceAndNoBelief() {
    SenderBench bench = new SenderBench(0).start().ready(true);
    bench.drain();
    bench.granted(7, TERMS, -1);
    assertThat(bench.drain()).containsExactly("registered 7", "expired");
    bench.runTo(2000).ack();
    assertThat(bench.drain()).containsExactly("beat 1 #1", "restored");
  }

  @Test
  void withoutAResumeWindowBeliefEndsWithTheStream() {
    SenderBench bench = new SenderBench(0).established(terms(2000, 6000, 0), -1);
    bench.runTo(100_000);
    assertThat(bench.isCurrent()).as("silence alone ends it by losing the stream").isFalse();

    bench = new SenderBench(0).established(terms(2000, 6000, 0), -1);
    bench.runTo(2000).ack(-1);
    assertThat(bench.isCurrent()).isTrue();
    bench.drain();
    bench.ended(cut());
    assertThat(bench.isCurrent()).isFalse();
    assertThat(bench.drain()).startsWith("abandon 1", "expired");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUPERSEDED", "NOT_ALLOWED", "SESSION_OVER"})
  void aVerdictEndsBeliefAtOnce(StreamEnd.Kind kind) {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(100).ended(end(kind, "CODE"));
    assertThat(bench.isCurrent()).isFalse();
    assertThat(bench.drain()).startsWith("abandon 1", "expired");
  }
}
