package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.FENCE_MILLIS;
import static io.pulsewatch.client.session.SenderBench.cut;
import static io.pulsewatch.client.session.SenderBench.end;
import static io.pulsewatch.client.session.SenderBench.nanos;
import static io.pulsewatch.client.session.SenderBench.terms;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a sender does when its stream is lost or refused. Confined to the test's thread. */
final class SenderLossTest {

  /** All but the whole of each draw, so that the waits show their bounds. */
  private static final double ALMOST_ONE = 1 - 1e-12;

  @Test
  void backsOffToItsCapWhileTheFenceRunsAndFurtherAfter() {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established();
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bench.ended(cut());
      waits.add(bench.lastWaitMillis());
      bench.runTo(bench.nowNanos() / 1_000_000 + bench.lastWaitMillis() + 1);
    }
    assertThat(waits)
        .as("doubling from 100 ms; 1 s while the fence runs, b/3 after")
        .containsExactly(0L, 99L, 199L, 399L, 799L, 999L, 999L, 999L, 999L, 1666L);
  }

  @ParameterizedTest
  @CsvSource({"5000, 999", "1500, 499"})
  void theCapWhileTheFenceRunsFollowsTheAllowance(long windowMillis, long expectedMillis) {
    Terms terms = terms(100, 600_000, windowMillis);
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established(terms, 500_000);
    for (int i = 0; i < 6; i++) {
      bench.ended(cut());
      bench.runTo(bench.nowNanos() / 1_000_000 + bench.lastWaitMillis() + 1);
    }
    assertThat(bench.lastWaitMillis()).isEqualTo(expectedMillis);
  }

  @Test
  void withoutAResumeWindowTheCapIsThatOfALostFence() {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established(terms(100, 600_000, 0), -1);
    for (int i = 0; i < 10; i++) {
      bench.ended(cut());
      bench.runTo(bench.nowNanos() / 1_000_000 + bench.lastWaitMillis() + 1);
    }
    assertThat(bench.lastWaitMillis()).isEqualTo(14_999);
  }

  @Test
  void anAckedHeartbeatEarnsAFirstRetryAtOnceAndARegisterDoesNot() {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established();
    bench.ended(cut()).ready(true).granted(7).drain();
    bench.ended(cut());
    assertThat(bench.drain()).contains("disconnected UNAVAILABLE, back in 99 ms");
    bench.runTo(100).ready(true).granted(7);
    bench.runTo(2000).ack().drain();
    bench.ended(cut());
    assertThat(bench.drain()).contains("disconnected UNAVAILABLE, back in 0 ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"CUT", "REFUSED", "NAME_HELD"})
  void aNamedWaitOverrides(StreamEnd.Kind kind) {
    SenderBench bench = new SenderBench(0).established();
    bench.ended(new StreamEnd(kind, "CODE", "", "", nanos(2500)));
    assertThat(bench.drain()).containsExactly("abandon 1", "disconnected CODE, back in 2500 ms");
    bench.runTo(2499);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(2500);
    assertThat(bench.drain()).containsExactly("connect 2 to a");
  }

  @Test
  void aNamedWaitIsSpreadAndBounded() {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established();
    bench.ended(new StreamEnd(StreamEnd.Kind.REFUSED, "CODE", "", "", nanos(2500)));
    assertThat(bench.drain()).contains("disconnected CODE, back in 2599 ms");

    bench = new SenderBench(0).established();
    bench.ended(new StreamEnd(StreamEnd.Kind.REFUSED, "CODE", "", "", Long.MAX_VALUE));
    assertThat(bench.drain()).contains("disconnected CODE, back in 600000 ms");
  }

  @ParameterizedTest
  @ValueSource(strings = {"REFUSED", "NAME_HELD"})
  void aRefusalIsNeverRetriedAtOnce(StreamEnd.Kind kind) {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established();
    bench.ended(end(kind, "CODE"));
    assertThat(bench.drain()).containsExactly("abandon 1", "disconnected CODE, back in 99 ms");
  }

  @Test
  void aHeldNameIsRetriedUntilItIsFree() {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").start();
    for (int i = 0; i < 50; i++) {
      bench.ready(true).ended(end(StreamEnd.Kind.NAME_HELD, "ALREADY_EXISTS"));
      bench.runTo(bench.nowNanos() / 1_000_000 + 2000);
    }
    assertThat(bench.machine().isOver()).isFalse();
    bench.drain();
    bench.ready(true).granted(9);
    assertThat(bench.drain()).containsExactly("register 51", "registered 9");
  }

  @Test
  void anOverSessionIsRegisteredAfreshAtOnceAndWithoutItsToken() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000).ack().drain();
    bench.ended(end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND")).ready(true);
    assertThat(bench.drain())
        .containsExactly(
            "abandon 1",
            "expired",
            "disconnected NOT_FOUND, back in 0 ms",
            "connect 2 to a",
            "register 2");
  }

  @Test
  void aServerThatForgetsEachTimeIsNotHammered() {
    SenderBench bench = new SenderBench(0, ALMOST_ONE, "a").established();
    bench.ended(end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND")).ready(true).granted(8);
    bench.ended(end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND")).ready(true);
    bench.runTo(1).drain();
    bench.runTo(101).ready(true).granted(9);
    bench.drain();
    bench.ended(end(StreamEnd.Kind.SESSION_OVER, "NOT_FOUND"));
    assertThat(bench.drain()).contains("disconnected NOT_FOUND, back in 199 ms");
  }

  @ParameterizedTest
  @CsvSource({"SUPERSEDED, superseded ABORTED", "NOT_ALLOWED, failed ABORTED"})
  void aVerdictStopsForGood(StreamEnd.Kind kind, String told) {
    SenderBench bench = new SenderBench(0).established();
    bench.ended(end(kind, "ABORTED"));
    assertThat(bench.drain()).containsExactly("abandon 1", "expired", told);
    assertThat(bench.machine().isOver()).isTrue();
    assertThat(bench.machine().nextDelayNanos(bench.nowNanos())).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void aSilentConnectionIsReplacedInTimeToResume(long origin) {
    SenderBench bench = new SenderBench(origin).established();
    bench.runTo(2000);
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    // (F - interval) / 2 = 1370 ms after the heartbeat, and a second look 20 ms later
    bench.runTo(3389);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(3390);
    assertThat(bench.drain())
        .containsExactly("abandon 1", "disconnected UNAVAILABLE, back in 0 ms", "connect 2 to a");
    bench.ready(false).ready(true).granted(7);
    assertThat(bench.isCurrent()).isTrue();
    assertThat(bench.drain()).containsExactly("register 2 with t1");
  }

  @Test
  void aStreamThatTakesNothingIsAsSilent() {
    SenderBench bench = new SenderBench(0).established().ready(false);
    bench.runTo(3390);
    assertThat(bench.drain()).contains("connect 2 to a");
  }

  @Test
  void ourOwnPauseIsNoSilence() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000).drain();
    bench.starveTo(4000).tick();
    assertThat(bench.drain()).as("the ack may lie unread").doesNotContain("abandon 1");
    bench.starveTo(4010).ack();
    bench.runTo(4100);
    assertThat(bench.drain()).doesNotContain("abandon 1");
  }

  @Test
  void anyAnswerEndsTheSilence() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(3000).machine().onHeard(bench.attempt());
    bench.drain();
    bench.runTo(3999);
    assertThat(bench.drain()).isEmpty();
  }

  @Test
  void serversAreTriedInTurn() {
    SenderBench bench = new SenderBench(0, 0, "a", "b", "c").start();
    for (int i = 0; i < 4; i++) {
      bench.ended(cut());
    }
    assertThat(bench.drain())
        .filteredOn(line -> line.startsWith("connect"))
        .containsExactly(
            "connect 1 to a",
            "connect 2 to b",
            "connect 3 to c",
            "connect 4 to a",
            "connect 5 to b");
  }

  @Test
  void anUnansweredAttemptIsGivenUpAndTheNextGetsMoreTime() {
    SenderBench bench = new SenderBench(0, 0, "a", "b").established();
    bench.ended(cut()).drain();
    bench.runTo(1666);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(1667);
    assertThat(bench.drain())
        .containsExactly("abandon 2", "disconnected UNAVAILABLE, back in 0 ms", "connect 3 to a");
    bench.ready(true).drain();
    bench.runTo(4999);
    assertThat(bench.drain()).contains("expired").doesNotContain("abandon 3");
    bench.runTo(5001);
    assertThat(bench.drain()).contains("abandon 3");
  }

  @Test
  void aGoodbyeIsFollowedAfterItsWaitWhileTheFenceRunsOn() {
    SenderBench bench = new SenderBench(0, 0.5, "a", "b").established();
    bench.goodbye(3000, 2000).ended(end(StreamEnd.Kind.CUT, "UNAVAILABLE"));
    assertThat(bench.drain())
        .containsExactly("abandon 1", "disconnected UNAVAILABLE, back in 4000 ms");
    bench.runTo(3999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(4000);
    assertThat(bench.drain()).hasSize(1).first().asString().startsWith("connect 2");
    bench.runTo(FENCE_MILLIS);
    assertThat(bench.drain()).contains("expired");
  }

  @Test
  void untilItsStreamEndsAfterAGoodbyeASenderBeats() {
    SenderBench bench = new SenderBench(0).established();
    bench.goodbye(2500, 0);
    bench.runTo(2000);
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    bench.runTo(2500);
    assertThat(bench.drain()).containsExactly("abandon 1", "connect 2 to a");
  }

  @Test
  void aPeerThatTheGoodbyeNamesIsTriedFirstAndOnce() {
    SenderBench bench = new SenderBench(0, 0, "a").established();
    bench.goodbye(100, 0, "peer").ended(cut());
    bench.runTo(100);
    assertThat(bench.drain()).contains("connect 2 to peer");
    bench.ended(cut());
    assertThat(bench.drain()).contains("connect 3 to a");
  }

  @Test
  void whatAnOlderStreamSaysIsIgnored() {
    SenderBench bench = new SenderBench(0).established();
    long old = bench.attempt();
    bench.ended(cut()).ready(true).drain();
    SenderMachine machine = bench.machine();
    machine.onStreamEnded(old, end(StreamEnd.Kind.SUPERSEDED, "ABORTED"), bench.nowNanos());
    machine.onAck(old, new Acknowledgement(1, 0, nanos(99_999), null), bench.nowNanos());
    machine.onGoodbye(old, new Goodbye(0, 0, List.of()), bench.nowNanos());
    bench.tick();
    assertThat(bench.drain()).isEmpty();
    assertThat(machine.isOver()).isFalse();
  }
}
