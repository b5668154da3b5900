package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When a drain of an instance is over. */
final class BeatDrainTest {
  private final BeatDrain drain = new BeatDrain(Duration.ofSeconds(10), List.of("lb"));
  private final CompletableFuture<Void> wholeTime = new CompletableFuture<>();
  private final Shell shell = Shell.withoutServer();

  private CompletableFuture<Void> after(Set<String> missing) {
    return drain.end(
        CompletableFuture.completedFuture(missing), wholeTime, shell.surroundings(System.out));
  }

  @Test
  void allKnow() {
    assertThat(after(Set.of())).isDone();
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void theTimeIsOver() {
    wholeTime.complete(null);
    assertThat(after(Set.of("lb"))).isDone();
    assertThat(shell.err()).contains("not acknowledged within 10 s by lb");
  }

  /** An older server, or a token without the right: the pause is all that is left. */
  @Test
  void nobodyCanBeAsked() {
    CompletableFuture<Void> end = after(Set.of("lb"));
    assertThat(end).isNotDone();
    assertThat(shell.err()).contains("nobody can tell whether lb acknowledged it");
    wholeTime.complete(null);
    assertThat(end).isDone();
  }
}
