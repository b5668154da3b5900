package io.pulsewatch.server.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread that does one thing again and again: work while there is any, else rest a little, or
 * until it is woken. What it throws ends it, and is told once.
 *
 * <p>Thread-safe.
 */
final class DutyCycle implements AutoCloseable {
  /**
   * Looks for work that was announced, before the thread rests again: about 0.1 ms. One look is a
   * turn. An announcement costs 30 to 70 us of the processor, whether a look is a turn or two
   * reads, since the thread spins while the other one wakes. So only what nearly always comes is
   * announced: see {@code Mailbox}, which leaves out beats that renew, of which 4,000 in a second
   * would take a tenth to a fifth of a core.
   */
  private static final int LOOKS = 512;

  private final IntSupplier turn;
  private final long restNanos;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private volatile boolean running = true;
  private volatile boolean resting;
  private volatile boolean announced;

  /**
   * Creates the thread; {@link #start} starts it.
   *
   * @param turn one turn; returns the work done
   * @param restNanos longest rest after a turn without work
   * @param onFailure what to do when a turn throws; on this thread, its last act
   */
  DutyCycle(String role, IntSupplier turn, long restNanos, Consumer<Throwable> onFailure) {
    this.turn = turn;
    this.restNanos = restNanos;
    this.onFailure = onFailure;
    this.thread = new Threads(role).newThread(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends a rest, if the thread rests. Any thread; cheap. */
  void wake() {
    if (resting) {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Says that work is on its way. An idle thread takes longer to wake than most work takes to
   * arrive, so it wakes meanwhile. Any thread; cheap; does nothing to a thread that is awake.
   */
  void announce() {
    if (resting) {
      announced = true;
      LockSupport.unpark(thread);
    }
  }

  /** Stops after the turn that runs; waits for nothing. Any thread. */
  void stop() {
    running = false;
    LockSupport.unpark(thread);
  }

  /** Stops after the turn that runs; waits for it at most a second. Idempotent. */
  @Override
  public void close() {
    stop();
    if (Thread.currentThread().equals(thread)) {
      return;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Throwable failure = null;
    try {
      while (running) {
        if (turn.getAsInt() == 0) {
          rest();
        }
      }
    } catch (Throwable e) { // the thread's top
      failure = e;
    }
    fail(failure);
  }

  private void fail(@Nullable Throwable failure) {
    if (failure != null) {
      onFailure.accept(failure);
    }
  }

  /**
   * Says that it rests, then looks once more: who adds work sees the one or is seen by the other.
   */
  private void rest() {
    resting = true;
    if (turn.getAsInt() == 0 && running) {
      LockSupport.parkNanos(this, restNanos);
    }
    resting = false;
    if (announced) {
      announced = false;
      awaitAnnounced();
    }
  }

  private void awaitAnnounced() {
    for (int look = 0; look < LOOKS && turn.getAsInt() == 0; look++) {
      Thread.onSpinWait();
    }
  }
}
