package io.pulsewatch.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs as our child: same standard streams, same signals, same end.
 *
 * <p>One thread calls {@link #start} and {@link #await}: the main one, which outlives the child
 * (see {@link Launch}).
 *
 * <p>Guarded by {@code lock}.
 */
final class WrappedCommand {
  private static final int SIGNAL_BASE = 128;
  private static final int LAST_SIGNAL = 64;

  private final Launch launch;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<String> early = new ArrayList<>();

  @GuardedBy("lock")
  private @Nullable Process child;

  @GuardedBy("lock")
  private @Nullable Supplier<CompletableFuture<Void>> beforeItsEnd;

  /** What is done before its end is under way. */
  @GuardedBy("lock")
  private boolean isEnding;

  /** It has been told to end. */
  @GuardedBy("lock")
  private boolean isTold;

  /**
   * Makes one.
   *
   * @param command not empty
   * @param searchPath the variable PATH
   */
  WrappedCommand(List<String> command, String searchPath) {
    launch = new Launch(command, searchPath);
  }

  /** Starts it, and hands signals on: those that came before it was there, too. */
  void start() {
    Launch.FORWARDED.forEach(each -> Signals.on(each, this::onSignal));
    synchronized (lock) {
      child = launch.start(Map.of());
      Process started = child;
      early.forEach(signal -> Launch.send(signal, started));
      early.clear();
    }
  }

  /** From now on the first TERM or INT waits until this is done; a second one goes at once. */
  void beforeItsEnd(Supplier<CompletableFuture<Void>> first) {
    synchronized (lock) {
      beforeItsEnd = first;
    }
  }

  /** Waits, on the thread that started it; returns its exit code, or 128 + its signal. */
  int await() throws InterruptedException {
    return started().waitFor();
  }

  private Process started() {
    synchronized (lock) {
      return Objects.requireNonNull(child, "not started");
    }
  }

  /** What is told of such an end: {@code exit 3}, {@code signal 9}. */
  static String endInWords(int exitCode) {
    return exitCode > SIGNAL_BASE && exitCode <= SIGNAL_BASE + LAST_SIGNAL
        ? "signal " + (exitCode - SIGNAL_BASE)
        : "exit " + exitCode;
  }

  /** Hands a signal on, unless the child has it already. */
  @SuppressWarnings("FutureReturnValueIgnored") // what follows it is the end of the command
  private void onSignal(String name) {
    if (Launch.hasAlready(name)) {
      return;
    }
    Supplier<CompletableFuture<Void>> first = null;
    synchronized (lock) {
      if (child == null) {
        early.add(name);
      } else if (Launch.ENDING.contains(name) && beforeItsEnd != null && !isEnding) {
        isEnding = true;
        first = beforeItsEnd;
      } else {
        isTold |= Launch.ENDING.contains(name);
        Launch.send(name, child);
      }
    }
    if (first != null) {
      first.get().thenRun(() -> end(name));
    }
  }

  /** What was to be done before is done; a second signal may have been faster. */
  private void end(String name) {
    synchronized (lock) {
      if (!isTold && child != null) {
        isTold = true;
        Launch.send(name, child);
      }
    }
  }
}
