package io.pulsewatch.server.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The thread of one extension: its tasks in order, and its turn after them. It starts with the
 * first task, so an extension that nobody uses costs nothing. Tasks that wait are bounded by the
 * calls that are open, each of which has a few at the most.
 *
 * <p>What it throws ends it alone: tasks that come later are dropped.
 *
 * <p>Thread-safe.
 */
public final class ExtensionLoop implements Executor, AutoCloseable {
  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int MAX_TASKS_PER_TURN = 256;

  private final Clocks clocks;
  private final DutyCycle thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean failed;
  private volatile Turn turn = nowNanos -> 0;

  /** One bounded step of the extension. */
  @FunctionalInterface
  public interface Turn {
    /** Returns the work done. */
    int at(long nowNanos);
  }

  /**
   * Creates the thread; the first task starts it.
   *
   * @param role names it
   * @param onFailure told once if a task or a turn throws, on this thread: its last act
   */
  public ExtensionLoop(String role, Clocks clocks, Consumer<Throwable> onFailure) {
    this.clocks = clocks;
    this.thread = new DutyCycle(role, this::turn, REST_NANOS, failure -> fail(failure, onFailure));
  }

  /** What to do after tasks; before the first of them. */
  public void onTurn(Turn step) {
    turn = step;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (failed) {
      tasks.clear();
      return;
    }
    if (started.compareAndSet(false, true)) {
      thread.start();
    } else {
      thread.wake();
    }
  }

  /** The same, unless there was never a task. */
  public void executeIfStarted(Runnable task) {
    if (started.get()) {
      execute(task);
    }
  }

  /** Stops it; waits at most a second. Idempotent. */
  @Override
  public void close() {
    if (!started.compareAndSet(false, true)) {
      thread.close();
    }
  }

  /** Something was thrown: nothing runs any more. */
  public boolean isFailed() {
    return failed;
  }

  private void fail(Throwable failure, Consumer<Throwable> onFailure) {
    failed = true;
    tasks.clear();
    onFailure.accept(failure);
  }

  private int turn() {
    int work = 0;
    while (work < MAX_TASKS_PER_TURN) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      task.run();
      work++;
    }
    return work + turn.at(clocks.nanoTicker().getAsLong());
  }
}
