package io.pulsewatch.client;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The daemon thread that turns one core, and nothing else, until it is over. Thread-safe.
 *
 * <p>A test calls the turn itself instead.
 */
final class Driver {
  /** What a turn returns when there is nothing left to do. */
  static final long OVER = -1;

  private static final long IDLE_SECONDS = 5;

  private final Thread thread;

  /**
   * Starts.
   *
   * @param turn does what is due, and returns the time until the next turn, or {@link #OVER}
   * @param onBroken told, on the thread, what ended it against all expectation
   * @param onEnd called last, on the thread
   */
  static Driver start(
      String role,
      LongSupplier turn,
      Mailbox mailbox,
      Consumer<Throwable> onBroken,
      Runnable onEnd) {
    return new Driver(
        role,
        () -> {
          try {
            drive(turn, mailbox);
          } catch (Throwable broken) { // the top of a thread
            onBroken.accept(broken);
          } finally {
            onEnd.run();
          }
        });
  }

  private Driver(String role, Runnable body) {
    thread = daemon(role, body);
    thread.start();
  }

  /** Makes a thread of this library. Its number is that of the JVM, which needs no counter. */
  static Thread daemon(String role, Runnable body) {
    Thread thread = new Thread(body);
    thread.setName("pulsewatch-" + role + "-" + thread.getId());
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Makes a thread that is there while it has work, does one thing after another, and refuses what
   * is more than may wait.
   */
  static ThreadPoolExecutor occasional(String role, int maxWaiting) {
    return new ThreadPoolExecutor(
        0,
        1,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(maxWaiting),
        body -> daemon(role, body));
  }

  private static void drive(LongSupplier turn, Mailbox mailbox) {
    while (true) {
      long delayNanos = turn.getAsLong();
      if (delayNanos == OVER) {
        return;
      }
      if (delayNanos > 0) {
        mailbox.await(delayNanos);
      }
    }
  }

  /** Waits until it has ended; at once where it is the caller. Keeps an interrupt's mark. */
  void awaitEnd(long nanos) {
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.timedJoin(thread, nanos);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
