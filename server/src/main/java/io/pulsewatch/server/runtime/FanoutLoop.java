package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The thread that tells watchers: takes committed changes from the liveness loop, and tasks from
 * calls. Changes that wait are bounded by {@code maxBacklog}; tasks by the open calls, each of
 * which has a few at the most.
 *
 * <p>Thread-safe; {@link #turn} on its own thread.
 */
final class FanoutLoop implements LivenessLoop.Publisher, Executor {
  /**
   * How long a caught-up fan-out rests at the longest: bookmarks and damped values are that late.
   */
  static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final int MAX_TASKS_PER_TURN = 1_024;

  /**
   * No task begins later than so in a turn: those who catch up, and bookmarks, wait for tasks no
   * longer than that and one task more.
   */
  private static final long TASK_BUDGET_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final Clocks clocks;
  private final Engine.Consumers consumers;
  private final int maxBacklog;
  private final Queue<List<Change>> committed = new ConcurrentLinkedQueue<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger backlog = new AtomicInteger();
  private volatile Runnable onWork = () -> {};

  FanoutLoop(Clocks clocks, Engine.Consumers consumers, int maxBacklog) {
    this.clocks = clocks;
    this.consumers = consumers;
    this.maxBacklog = maxBacklog;
  }

  /** Who wakes the thread when there is work. */
  void onWork(Runnable wake) {
    onWork = wake;
  }

  @Override
  public void publish(List<Change> changes) {
    consumers.onCommitted(changes);
    backlog.addAndGet(changes.size());
    committed.add(changes);
    onWork.run();
  }

  @Override
  public void publish(Note kept) {
    consumers.onKept(kept);
  }

  @Override
  public boolean isFull() {
    return backlog.get() >= maxBacklog;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    onWork.run();
  }

  /**
   * One turn. Changes come first, so that a new watcher starts from the newest state, and again
   * after each task, so that many who read delay none by more than one read.
   */
  int turn() {
    int work = takeChanges();
    long begun = clocks.nanoTicker().getAsLong();
    for (int i = 0; i < MAX_TASKS_PER_TURN; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      task.run();
      work += 1 + takeChanges();
      if (clocks.nanoTicker().getAsLong() - begun >= TASK_BUDGET_NANOS) {
        break;
      }
    }
    Moment now = clocks.now();
    return work + consumers.turn(now.nanos(), now.wallMillis());
  }

  private int takeChanges() {
    int taken = 0;
    for (List<Change> next = committed.poll(); next != null; next = committed.poll()) {
      consumers.onChanges(next);
      backlog.addAndGet(-next.size());
      taken += next.size();
    }
    return taken;
  }
}
