package io.pulsewatch.server.runtime;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Moment;
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
  public boolean isFull() {
    return backlog.get() >= maxBacklog;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    onWork.run();
  }

  /** One turn: changes first, so that a new watcher starts from the newest state. */
  int turn() {
    int work = 0;
    for (List<Change> next = committed.poll(); next != null; next = committed.poll()) {
      consumers.onChanges(next);
      backlog.addAndGet(-next.size());
      work += next.size();
    }
    for (int i = 0; i < MAX_TASKS_PER_TURN; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      task.run();
      work++;
    }
    Moment now = clocks.now();
    return work + consumers.turn(now.nanos(), now.wallMillis());
  }
}
