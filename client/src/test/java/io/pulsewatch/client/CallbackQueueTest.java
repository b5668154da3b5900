package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What waits for a listener, and for how long. Confined to the test's thread. */
final class CallbackQueueTest {
  private final List<Integer> called = new ArrayList<>();
  private final CallbackQueue<List<Integer>> queue = new CallbackQueue<>(called);

  private void offer(int number) {
    queue.offer(listener -> listener.add(number));
  }

  @Test
  void callsInOrder() {
    IntStream.range(0, 5).forEach(this::offer);
    queue.callWaiting();
    assertThat(called).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void dropsTheOldestAtItsLimit() {
    IntStream.range(0, CallbackQueue.MAX_WAITING + 3).forEach(this::offer);
    queue.callWaiting();
    assertThat(called).hasSize(CallbackQueue.MAX_WAITING).startsWith(3);
    assertThat(called).endsWith(CallbackQueue.MAX_WAITING + 2);
  }

  @Test
  void anErrorOfTheListenerSilencesNothing() {
    queue.offer(
        listener -> {
          throw new AssertionError("thrown by the test");
        });
    offer(1);
    queue.callWaiting();
    assertThat(called).containsExactly(1);
  }

  @Test
  void takesNothingAfterItsClose() {
    offer(1);
    queue.close();
    offer(2);
    queue.callWaiting();
    assertThat(called).containsExactly(1);
  }
}
