package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The thread of an extension that breaks. */
final class ExtensionLoopTest {
  @Test
  void whatItThrowsEndsItAloneAndIsToldOnce() throws Exception {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    AtomicInteger ran = new AtomicInteger();
    try (ExtensionLoop loop = new ExtensionLoop("test", Clocks.SYSTEM, failure::complete)) {
      assertThat(loop.isFailed()).isFalse();
      loop.execute(
          () -> {
            throw new IllegalStateException("planted");
          });
      assertThat(failure.get(30, TimeUnit.SECONDS)).hasMessage("planted");
      assertThat(loop.isFailed()).isTrue();
      loop.execute(ran::incrementAndGet);
    }
    assertThat(ran).hasValue(0);
  }
}
