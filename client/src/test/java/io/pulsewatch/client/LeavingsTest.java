package io.pulsewatch.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who asked to be understood is told, whatever becomes of the sender. Confined to the test. */
final class LeavingsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Leavings leavings = new Leavings(new Mailbox());

  private static Set<String> told(CompletableFuture<Set<String>> done) throws Exception {
    return done.get(10, TimeUnit.SECONDS);
  }

  /** Between the last turn of the sender and its end. */
  @Test
  void whoAsksWhileTheSenderEndsIsTold() throws Exception {
    CompletableFuture<Set<String>> seen = leavings.add(Set.of("a"), SECOND, 0);
    leavings.turn(0, null, "");
    CompletableFuture<Set<String>> unseen = leavings.add(Set.of("b"), SECOND, 0);
    leavings.end();
    assertThat(told(seen)).containsExactly("a");
    assertThat(told(unseen)).containsExactly("b");
    assertThat(told(leavings.add(Set.of("c"), SECOND, 0))).as("later").containsExactly("c");
  }

  @Test
  void withoutAStreamItsTimeRunsOut() throws Exception {
    CompletableFuture<Set<String>> done = leavings.add(Set.of("a"), SECOND, 0);
    assertThat(leavings.turn(SECOND - 1, null, "")).isEqualTo(1);
    assertThat(done).isNotDone();
    leavings.turn(SECOND, null, "");
    assertThat(told(done)).containsExactly("a");
  }
}
