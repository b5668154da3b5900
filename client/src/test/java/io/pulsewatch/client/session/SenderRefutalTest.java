package io.pulsewatch.client.session;

import static io.pulsewatch.client.session.SenderBench.terms;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender that is told that it is doubted. Confined to the test's thread. */
final class SenderRefutalTest {
  private static final Terms PATIENT = terms(2000, 60_000, 60_000);
  private static final long FENCE_MILLIS = 59_000;

  private static SenderBench beaten(long origin) {
    SenderBench bench = new SenderBench(origin).established(PATIENT, FENCE_MILLIS);
    bench.runTo(2000).ack();
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    return bench.runTo(2500);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void saysAtOnceThatItLivesAndSpendsNoSlot(long origin) {
    SenderBench bench = beaten(origin).suspected();
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    bench.ack().runTo(3999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(4000);
    assertThat(bench.drain()).containsExactly("beat 1 #2");
  }

  @Test
  void spendsTheFirstNumberWhereItHasNoOther() {
    SenderBench bench = new SenderBench(0).established(PATIENT, FENCE_MILLIS).runTo(1000);
    assertThat(bench.suspected().drain()).containsExactly("beat 1 #1");
    bench.runTo(2000);
    assertThat(bench.drain()).as("only renews").containsExactly("beat 1 #1");
    bench.runTo(4000);
    assertThat(bench.drain()).containsExactly("beat 1 #2");
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
  void saysItOnceInAQuarterOfAnInterval(long origin) {
    SenderBench bench = beaten(origin).suspected();
    bench.drain();
    for (int i = 0; i < 10; i++) {
      bench.suspected().runTo(2510 + i);
    }
    bench.runTo(2999);
    assertThat(bench.drain()).isEmpty();
    bench.runTo(3000);
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    bench.ack().runTo(3999);
    assertThat(bench.drain()).isEmpty();
  }

  @Test
  void theNextSlotSaysItToo() {
    SenderBench bench = beaten(0).runTo(3700).suspected();
    assertThat(bench.drain()).containsExactly("beat 1 #1");
    bench.suspected().runTo(4000).ack();
    assertThat(bench.drain()).containsExactly("beat 1 #2");
    bench.runTo(5999);
    assertThat(bench.drain()).isEmpty();
  }

  @Test
  void waitsForABlockedStream() {
    SenderBench bench = beaten(0).ready(false).suspected();
    assertThat(bench.drain()).isEmpty();
    assertThat(bench.ready(true).drain()).containsExactly("beat 1 #1");
  }

  @Test
  void newsSayItWithANumberOfTheirOwn() {
    SenderBench bench = beaten(0);
    bench.machine().onNews();
    assertThat(bench.suspected().drain()).containsExactly("beat 1 #2");
    assertThat(bench.runTo(3999).drain()).isEmpty();
  }

  @Test
  void renewsItsFence() {
    SenderBench bench = new SenderBench(0).established();
    bench.runTo(2000).ack().runTo(3900).suspected().ack();
    assertThat(bench.machine().standing().fenceAtNanos())
        .isEqualTo(SenderBench.nanos(3900 + SenderBench.FENCE_MILLIS));
  }

  @Test
  void aStreamThatComesBackSaysIt() {
    SenderBench bench = beaten(0).suspected();
    bench.drain();
    bench.suspected().ended(SenderBench.cut()).runTo(2600);
    bench.ready(true).granted(7, PATIENT, FENCE_MILLIS);
    bench.drain();
    assertThat(bench.runTo(3999).drain()).isEmpty();
  }
}
