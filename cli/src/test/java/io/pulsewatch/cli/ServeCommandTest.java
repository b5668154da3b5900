package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How {@code serve} ends. */
final class ServeCommandTest {
  @Test
  void aSignalEndsItWell() {
    assertThat(ServeCommand.awaitEnd(CompletableFuture.completedFuture(ExitCodes.DONE))).isZero();
  }

  @Test
  void aBrokenEngineIsAFailureInOneLine() {
    CompletableFuture<Integer> end = new CompletableFuture<>();
    end.completeExceptionally(new AssertionError("a loop broke"));
    CommandException told =
        catchThrowableOfType(CommandException.class, () -> ServeCommand.awaitEnd(end));
    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.line()).isEqualTo("the server broke and stopped");
  }
}
