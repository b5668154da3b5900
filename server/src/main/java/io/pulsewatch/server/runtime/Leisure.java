package io.pulsewatch.server.runtime;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * What nobody waits for: it is done at once where little of it comes, and gets a part of its
 * thread's time where much does.
 *
 * <p>Where ten thousand die at once, their streams are closed after everybody was told: closing one
 * costs more than telling of it, and all threads share the same processors.
 *
 * <p>Thread-safe; works on the thread of its schedule.
 */
final class Leisure {
  /** No task begins later than so in a slice. */
  static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  /** At least so long after a slice that left something, the next one begins. */
  static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(2_700);

  private final Schedule schedule;
  private final LongSupplier nanoTicker;

  /** Bounded by the open streams, for each of which there is one at the most. */
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** A slice is on its way. */
  private final AtomicBoolean working = new AtomicBoolean();

  /** When the newest slice began, and how long it was. Confined to its thread. */
  private long begunNanos;

  private long usedNanos;

  /** A thread that does something later. */
  interface Schedule {
    void execute(Runnable task, long inNanos);
  }

  Leisure(Schedule schedule, LongSupplier nanoTicker) {
    this.schedule = schedule;
    this.nanoTicker = nanoTicker;
    this.begunNanos = nanoTicker.getAsLong() - SLICE_NANOS - REST_NANOS;
  }

  /** In order. */
  void execute(Runnable task) {
    tasks.add(task);
    if (working.compareAndSet(false, true)) {
      schedule.execute(this::workOff, 0);
    }
  }

  /** Leaves {@code working} only when it has seen that nothing is left. */
  private void workOff() {
    long now = nanoTicker.getAsLong();
    if (now - begunNanos >= SLICE_NANOS + REST_NANOS) {
      begunNanos = now;
      usedNanos = 0;
    }
    long begun = now - usedNanos;
    try {
      Runnable task = usedNanos < SLICE_NANOS ? tasks.poll() : null;
      while (task != null) {
        task.run();
        usedNanos = nanoTicker.getAsLong() - begun;
        task = usedNanos < SLICE_NANOS ? tasks.poll() : null;
      }
    } finally {
      working.set(false);
      if (!tasks.isEmpty() && working.compareAndSet(false, true)) {
        long next = begunNanos + SLICE_NANOS + REST_NANOS;
        schedule.execute(this::workOff, Math.max(1, next - nanoTicker.getAsLong()));
      }
    }
  }
}
