package io.pulsewatch.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A limit interrupts whoever set it, and nobody afterwards. Confined to the test's thread. */
@Timeout(20)
final class TimeLimitTest {
  @Test
  void interruptsWhoeverWaitsTooLong() {
    try (TimeLimit limit = TimeLimit.ofCaller(0)) {
      assertThatThrownBy(() -> new CountDownLatch(1).await())
          .isInstanceOf(InterruptedException.class);
      assertThat(limit.isOver()).isTrue();
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void leavesNoInterruptBehindThatCameAtTheLastMoment() {
    try (TimeLimit limit = TimeLimit.ofCaller(0)) {
      while (!limit.isOver()) {
        Thread.onSpinWait();
      }
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void interruptsNobodyOnceItIsClosed() {
    try (TimeLimit limit = TimeLimit.ofCaller(60)) {
      assertThat(limit.leftSeconds()).isBetween(1L, 60L);
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }
}
