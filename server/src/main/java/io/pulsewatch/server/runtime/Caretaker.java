package io.pulsewatch.server.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The thread for what may wait for a disk and needs a look about each second: certificates and
 * tokens. Never judges, never serves.
 *
 * <p>Thread-safe.
 */
public final class Caretaker implements AutoCloseable {
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final DutyCycle thread;

  /**
   * Creates the thread; {@link #start} starts it.
   *
   * @param onFailure told once if the task throws; it is not run again then
   */
  public Caretaker(Runnable task, Consumer<Throwable> onFailure) {
    thread = new DutyCycle("files", new OncePerRest(task)::turn, REST_NANOS, onFailure);
  }

  /** Starts the thread. */
  public void start() {
    thread.start();
  }

  /** Stops it; waits at most a second. Idempotent. */
  @Override
  public void close() {
    thread.close();
  }

  /** A cycle looks for work twice before it rests. Confined to the thread. */
  private static final class OncePerRest {
    private final Runnable task;
    private boolean rested = true;

    OncePerRest(Runnable task) {
      this.task = task;
    }

    int turn() {
      if (rested) {
        task.run();
      }
      rested = !rested;
      return 0;
    }
  }
}
