package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.cut;
import static io.pulsewatch.client.session.SenderBench.nanos;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a sender leaves. Confined to the test's thread. */
final class SenderLeaveTest {
  private static final long LIMIT_NANOS = nanos(900);

  @Test
  void saysGoodbyeAndEndsWithTheStream() {
    SenderBench bench = new SenderBench(0).established();
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    assertThat(bench.isCurrent()).isFalse();
    assertThat(bench.drain()).containsExactly("leave 1");
    bench.runTo(100);
    assertThat(bench.drain()).isEmpty();
    bench.ended(cut());
    assertThat(bench.drain()).as("nothing is told").containsExactly("abandon 1");
    assertThat(bench.machine().isOver()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void aServerThatDoesNotAnswerIsNotWaitedForLong(long origin) {
    SenderBench bench = new SenderBench(origin).established();
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    bench.drain();
    bench.runTo(899);
    assertThat(bench.machine().isOver()).isFalse();
    bench.runTo(900);
    assertThat(bench.machine().isOver()).isTrue();
    assertThat(bench.drain()).containsExactly("abandon 1");
  }

  @Test
  void comesBackToSayGoodbyeWhereAServerMayStillWait() {
    SenderBench bench = new SenderBench(0).established();
    bench.ended(new StreamEnd(StreamEnd.Kind.CUT, "UNAVAILABLE", "", "", nanos(5000)));
    bench.drain();
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    bench.ready(true);
    assertThat(bench.drain()).containsExactly("connect 2 to a", "register 2 with t1", "leave 2");
    bench.granted(7).ended(cut());
    assertThat(bench.machine().isOver()).isTrue();
  }

  @Test
  void endsAtOnceWhereNoServerKnowsIt() {
    SenderBench bench = new SenderBench(0).start();
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    assertThat(bench.machine().isOver()).isTrue();
    assertThat(bench.drain()).containsExactly("connect 1 to a", "abandon 1");
  }

  @Test
  void leavesBehindARegisterThatIsOnItsWay() {
    SenderBench bench = new SenderBench(0).start().ready(true);
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    assertThat(bench.drain()).endsWith("register 1", "leave 1");
    bench.granted(7);
    assertThat(bench.drain()).as("nothing is told").isEmpty();
  }

  @Test
  void aFailedGoodbyeIsNotTriedAgain() {
    SenderBench bench = new SenderBench(0).established();
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    bench.ended(cut());
    assertThat(bench.machine().isOver()).isTrue();
    bench.machine().onClose(LIMIT_NANOS, bench.nowNanos());
    assertThat(bench.drain()).containsExactly("leave 1", "abandon 1");
  }
}
