package io.pulsewatch.bench;

import java.util.concurrent.TimeUnit;

/**
 * So long may something take: then the thread that set it is interrupted, or the whole process
 * ends. Nothing happens once it is closed. Thread-safe; closed by the thread that set it.
 */
final class TimeLimit implements AutoCloseable {
  /** What is interrupted has so long to say what it has. */
  private static final int GRACE_SECONDS = 8;

  private final long untilNanos;
  private final Thread watchdog;
  private volatile boolean over;

  private TimeLimit(long seconds, long patienceSeconds, Runnable end) {
    this.untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    this.watchdog =
        new Thread(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(seconds + patienceSeconds);
                over = true;
                end.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it was closed
              }
            },
            "bench-watchdog");
    watchdog.setDaemon(true);
    watchdog.start();
  }

  /** Interrupts whoever calls this. */
  static TimeLimit ofCaller(long seconds) {
    return new TimeLimit(Math.max(0, seconds), 0, Thread.currentThread()::interrupt);
  }

  /** Ends the process, a little later; its shutdown hook ends the children. */
  static TimeLimit ofProcess(long seconds) {
    return new TimeLimit(
        seconds,
        GRACE_SECONDS,
        () -> {
          System.err.println("bench: given up after " + seconds + " s");
          System.exit(3);
        });
  }

  /** What is left of it, the grace left out. */
  long leftSeconds() {
    return Math.max(0, TimeUnit.NANOSECONDS.toSeconds(untilNanos - System.nanoTime()));
  }

  /** True once it has struck. */
  boolean isOver() {
    return over;
  }

  @Override
  @SuppressWarnings("ThreadJoinLoop") // an interrupt that came at the last moment is to be eaten
  public void close() {
    watchdog.interrupt();
    while (watchdog.isAlive()) {
      try {
        watchdog.join();
      } catch (InterruptedException e) {
        // The last of what it did: it is awaited all the same.
      }
    }
    if (over) {
      Thread.interrupted();
    }
  }
}
