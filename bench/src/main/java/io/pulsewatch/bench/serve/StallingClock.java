package io.pulsewatch.bench.serve;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * The clock of this machine, which may keep event loops of a server from their work: whichever is
 * to be held and asks for the time waits. Each asks at least once in 10 ms, in a task of its own,
 * so this is a task that blocks; all other threads go on. Thread-safe.
 */
final class StallingClock implements LongSupplier {
  private static final String EVENT_LOOP = "pulsewatch-io-";
  private static final long PATIENCE_MILLIS = 1_000;

  private final AtomicInteger held = new AtomicInteger();
  private volatile Stall stall = new Stall("", System.nanoTime());

  /** Event loops with numbers from this one on are held until then. */
  private record Stall(String from, long untilNanos) {
    boolean holds(String thread) {
      return thread.startsWith(EVENT_LOOP) && thread.compareTo(from) >= 0;
    }
  }

  @Override
  public long getAsLong() {
    Stall now = stall;
    long nanos = System.nanoTime();
    return now.untilNanos - nanos > 0 && now.holds(Thread.currentThread().getName())
        ? hold(now)
        : nanos;
  }

  private long hold(Stall now) {
    held.incrementAndGet();
    long left = now.untilNanos - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = now.untilNanos - System.nanoTime();
    }
    return System.nanoTime();
  }

  /**
   * Holds the last event loops, and returns when they are held: how many.
   *
   * @param loops how many there are; fewer than 11, since their numbers are compared as text
   * @param count how many of them are to be held
   */
  int hold(int loops, int count, long millis) throws InterruptedException {
    held.set(0);
    long now = System.nanoTime();
    String from = EVENT_LOOP + (loops - count);
    stall = new Stall(from, now + TimeUnit.MILLISECONDS.toNanos(millis));
    for (int i = 0; held.get() < count && i < PATIENCE_MILLIS; i++) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    return held.get();
  }
}
