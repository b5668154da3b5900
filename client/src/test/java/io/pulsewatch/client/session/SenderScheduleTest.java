package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.terms;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When heartbeats go out, and with which numbers. Confined to the test's thread. */
final class SenderScheduleTest {
  private static final Terms PATIENT = terms(2000, 60_000, 60_000);
  private static final long FENCE_MILLIS = 59_000;

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void registersAndBeatsOnAnAbsoluteSchedule(long origin) {
    SenderBench bench = new SenderBench(origin).start();
    assertThat(bench.drain()).containsExactly("connect 1 to a");
    bench.ready(true);
    assertThat(bench.drain()).containsExactly("register 1");
    bench.granted(7);
    assertThat(bench.drain()).containsExactly("registered 7");

    bench.runTo(1999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(2000).ack();
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    bench.starveTo(4500).tick().ack(); // late, and the next one is not later for it
    assertThat(bench.drain()).containsExactly("beat 1 #2 late by 500 ms");
    bench.runTo(5999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(6000);
    assertThat(bench.drain()).containsExactly("beat 1 #3");
  }

  @Test
  void firstHeartbeatsOfACrowdAreSpread() {
    SenderBench bench = new SenderBench(0, 0.5, "a").established();
    bench.runTo(1499);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(1500);
    assertThat(bench.drain()).containsExactly("beat 1 #1");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void aStarvedThreadSendsTheNewestSlotAlone(long origin) {
    SenderBench bench = new SenderBench(origin).established(PATIENT, FENCE_MILLIS);
    bench.starveTo(8100).tick();
    assertThat(bench.drain()).containsExactly("beat 1 #4 late by 100 ms");
  }

  @Test
  void aBlockedStreamSkipsSlotsAndQueuesNothing() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS).ready(false);
    bench.runTo(5900);
    assertThat(bench.drain()).isEmpty();
    bench.ready(true);
    assertThat(bench.drain()).as("no old slot is made up for").isEmpty();
    bench.runTo(6000);
    assertThat(bench.drain()).containsExactly("beat 1 #3");
  }

  @Test
  void slotsGoOnWhileThereIsNoStream() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS);
    bench.runTo(2000).ack().ended(SenderBench.cut());
    assertThat(bench.drain())
        .containsExactly(
            "beat 1 #1", "abandon 1", "disconnected UNAVAILABLE, back in 0 ms", "connect 2 to a");
    bench.runTo(6500).ready(true).granted(7, PATIENT, FENCE_MILLIS);
    assertThat(bench.drain()).containsExactly("register 2 with t1");
    bench.runTo(8000);
    assertThat(bench.drain()).containsExactly("beat 2 #4");
  }

  @Test
  void aNewIncarnationCountsFromOne() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS);
    bench.runTo(4000).ack().ended(SenderBench.cut()).ready(true);
    bench.granted(8, PATIENT, FENCE_MILLIS).drain();
    bench.runTo(6000);
    assertThat(bench.drain()).containsExactly("beat 2 #1");
  }

  @Test
  void newsGoAtOnceAndSpendTheComingNumber() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS);
    bench.runTo(2000).ack();
    bench.runTo(2300).machine().onNews();
    bench.tick();
    assertThat(bench.drain()).containsExactly("beat 1 #1", "beat 1 #2");
    bench.runTo(4000).ack();
    assertThat(bench.drain()).as("only renews").containsExactly("beat 1 #2");
    bench.runTo(6000);
    assertThat(bench.drain()).containsExactly("beat 1 #3");
  }

  @Test
  void newsNeverRunAheadByMoreThanOne() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS);
    for (int i = 1; i < 20; i++) {
      bench.runTo(100L * i).machine().onNews();
      bench.tick();
    }
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    bench.runTo(2000).ack();
    assertThat(bench.drain()).as("what waited goes with the slot").containsExactly("beat 1 #2");
    bench.runTo(4000).ack();
    assertThat(bench.drain()).as("only renews").containsExactly("beat 1 #2");
  }

  @Test
  void newsWaitForABlockedStream() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS).ready(false);
    bench.machine().onNews();
    bench.runTo(1000);
    assertThat(bench.drain()).isEmpty();
    bench.ready(true);
    assertThat(bench.drain()).containsExactly("beat 1 #1");
  }

  /** Times go back with a resume: slots that were planned further apart are no skipped ones. */
  @Test
  void aShorterIntervalBeginsWithTheResume() {
    Terms stretched = terms(8000, 24_000, 20_000);
    SenderBench bench = new SenderBench(0).established(stretched, 19_000);
    bench.runTo(8000).ack(19_000).drain();
    bench.runTo(15_500).ended(SenderBench.cut()).runTo(15_500).ready(true);
    assertThat(bench.drain()).contains("register 2 with t1");
    bench.granted(7);
    assertThat(bench.drain()).isEmpty(); // not at once, as if slots had been missed
    bench.runTo(15_999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(16_000);
    assertThat(bench.drain()).containsExactly("beat 2 #5");
    bench.ack().runTo(18_000);
    assertThat(bench.drain()).containsExactly("beat 2 #6");
  }

  @Test
  void aStretchedIntervalCountsFromTheLastSlot() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS);
    bench.runTo(2000);
    Terms stretched = terms(3000, 90_000, 90_000);
    bench
        .machine()
        .onAck(
            bench.attempt(),
            new Acknowledgement(1, bench.nowNanos(), Terms.UNSET, stretched),
            bench.nowNanos());
    bench.drain();
    bench.runTo(4999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(5000).ack();
    assertThat(bench.drain()).containsExactly("beat 1 #2");
    bench.runTo(8000);
    assertThat(bench.drain()).containsExactly("beat 1 #3");
  }
}
