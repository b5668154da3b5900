package io.pulsewatch.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says lines on another thread, so that nobody waits for whoever reads them. Thread-safe: guarded
 * by {@code lock}, and nothing is said under it.
 */
final class Remarks {
  /** Lines that may wait; past that new ones are dropped. */
  static final int MAX_WAITING = 64;

  private final Object lock = new Object();
  private final Consumer<String> say;

  @GuardedBy("lock")
  private final Queue<String> waiting = new ArrayDeque<>();

  /** All of it is said; null while nothing waits. */
  @GuardedBy("lock")
  private @Nullable CompletableFuture<Void> said;

  Remarks(Consumer<String> say) {
    this.say = say;
  }

  /** Never blocks. */
  void say(String line) {
    synchronized (lock) {
      if (waiting.size() < MAX_WAITING) {
        waiting.add(line);
      }
      if (said == null) {
        said = CompletableFuture.runAsync(this::sayAll);
      }
    }
  }

  /** Waits until all of it is said, but not for longer than this. */
  void flush(long millis) throws InterruptedException {
    CompletableFuture<Void> saying;
    synchronized (lock) {
      saying = said;
    }
    try {
      if (saying != null) {
        saying.get(millis, TimeUnit.MILLISECONDS);
      }
    } catch (TimeoutException | ExecutionException nobodyReads) {
      // Nothing that could be said would help.
    }
  }

  private void sayAll() {
    while (true) {
      String line;
      synchronized (lock) {
        line = waiting.poll();
        if (line == null) {
          said = null;
          return;
        }
      }
      say.accept(line);
    }
  }
}
