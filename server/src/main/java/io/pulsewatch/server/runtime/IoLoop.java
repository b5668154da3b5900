package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.transport.StreamLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One event loop as the liveness loop sees it: its awake time, and its I/O passes.
 *
 * <p>A pass is counted around the I/O handler, since a task that was queued may run before the next
 * read. A pass may be under way when a ticket is drawn, so the ticket is for the third end from
 * now: two whole passes begin after it.
 *
 * <p>What the liveness loop has to say to streams goes by in slices, with an I/O pass and whatever
 * else waits between them: where ten thousand die at once, nobody waits for their ten thousand
 * streams to be closed, neither who is told of it nor who beats.
 */
final class IoLoop implements StreamLoop, Reader, LoadMeter.Worker {
  private static final int PASSES_OF_A_TICKET = 3;

  /** No task begins later than so in a slice, where passes are short. */
  private static final long SLICE_NANOS = TimeUnit.MICROSECONDS.toNanos(300);

  /** Where they are long and tasks stay behind, these get a fixed part of the time. */
  private static final long MAX_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final int PASSES_FOR_A_SLICE = 4;

  private final EventLoop eventLoop;
  private final CountingIoHandler handler;
  private final AwakeClock clock;
  private final LongSupplier nanoTicker;
  private final AtomicBoolean nudged = new AtomicBoolean();

  /** Bounded by the open streams, for each of which there are a few at the most. */
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** A slice is on its way. */
  private final AtomicBoolean working = new AtomicBoolean();

  /** The pass of the last slice. Confined to the event loop, as the next one is. */
  private long slicePass = -1;

  /** How long that slice may be, what of it was used, and when it ended. */
  private long sliceNanos = SLICE_NANOS;

  private long usedNanos;
  private long sliceEndedNanos;

  /** Tasks stayed behind. */
  private boolean carried;

  /** Written by its own event loop only, so that counting needs no atomic addition. */
  private final AtomicLong heartbeats = new AtomicLong();

  /** The same: what streams promise, in a billion seconds. */
  private final AtomicLong due = new AtomicLong();

  /** The same as if nobody was told of longer times. */
  private final AtomicLong granted = new AtomicLong();

  /** The same. */
  private final AtomicInteger registering = new AtomicInteger();

  /** The same: messages and calls that were read, in heartbeats. */
  private final AtomicLong work = new AtomicLong();

  private final WorkMeter.Tracer tracer = new WorkMeter.Tracer(this);

  @SuppressWarnings("FutureReturnValueIgnored") // ends with its event loop
  IoLoop(EventLoop eventLoop, CountingIoHandler handler, LongSupplier nanoTicker) {
    this.eventLoop = eventLoop;
    this.handler = handler;
    this.nanoTicker = nanoTicker;
    this.clock = new AwakeClock(nanoTicker.getAsLong());
    eventLoop.scheduleWithFixedDelay(
        () -> clock.tick(nanoTicker.getAsLong()), 0, AwakeClock.TICK_NANOS, TimeUnit.NANOSECONDS);
  }

  @Override
  public AwakeClock clock() {
    return clock;
  }

  @Override
  public long ticket() {
    return handler.passes() + PASSES_OF_A_TICKET;
  }

  @Override
  public boolean passed(long ticket) {
    return handler.passes() >= ticket;
  }

  /** Ends the pass that may wait for the network, and makes the next ones go by without waiting. */
  @Override
  public void nudge() {
    if (nudged.compareAndSet(false, true)) {
      eventLoop.execute(() -> passOn(PASSES_OF_A_TICKET));
    }
  }

  @Override
  public Reader reader() {
    return this;
  }

  @Override
  public void countHeartbeat() {
    heartbeats.lazySet(heartbeats.getPlain() + 1);
  }

  @Override
  public LoadMeter.Worked worked() {
    return handler.worked();
  }

  @Override
  public long heartbeats() {
    return heartbeats.get();
  }

  @Override
  public void countDue(long more, long moreGranted) {
    due.lazySet(due.getPlain() + more);
    granted.lazySet(granted.getPlain() + moreGranted);
  }

  @Override
  public double dueInSecond() {
    return due.get() / 1e9;
  }

  @Override
  public double grantedInSecond() {
    return granted.get() / 1e9;
  }

  @Override
  public long work() {
    return work.get();
  }

  /** Something was read that costs as much as so many heartbeats. On this loop only. */
  void countWork(int inHeartbeats) {
    work.lazySet(work.getPlain() + inHeartbeats);
  }

  WorkMeter.Tracer tracer() {
    return tracer;
  }

  @Override
  public void countRegistering(int more) {
    registering.lazySet(registering.getPlain() + more);
  }

  /** Streams whose register was read here and is not answered. Any thread. */
  int registering() {
    return registering.get();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (working.compareAndSet(false, true)) {
      eventLoop.execute(this::workOff);
    }
  }

  boolean isCurrent() {
    return eventLoop.inEventLoop();
  }

  /**
   * Works off what is left of this pass's slice: tasks that come one by one while it runs must not
   * make one slice after the other either. Leaves {@code working} only when it has seen that
   * nothing is left.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with its event loop
  private void workOff() {
    long now = nanoTicker.getAsLong();
    if (handler.passes() != slicePass) {
      slicePass = handler.passes();
      usedNanos = 0;
      sliceNanos = carried ? sliceAfter(now - sliceEndedNanos) : SLICE_NANOS;
    }
    long begun = now - usedNanos;
    try {
      Runnable task = usedNanos < sliceNanos ? tasks.poll() : null;
      while (task != null) {
        task.run();
        usedNanos = nanoTicker.getAsLong() - begun;
        task = usedNanos < sliceNanos ? tasks.poll() : null;
      }
    } finally {
      sliceEndedNanos = begun + usedNanos;
      carried = !tasks.isEmpty();
      working.set(false);
      if (!tasks.isEmpty() && working.compareAndSet(false, true)) {
        eventLoop.schedule(this::workOff, 1, TimeUnit.NANOSECONDS);
      }
    }
  }

  /**
   * Passes that read a flood are long: tasks get their part of the time then, not of the passes.
   */
  private static long sliceAfter(long passNanos) {
    return Math.max(SLICE_NANOS, Math.min(MAX_SLICE_NANOS, passNanos / PASSES_FOR_A_SLICE));
  }

  /** Scheduled tasks are fetched once after each pass, so each step costs one whole pass. */
  @SuppressWarnings("FutureReturnValueIgnored") // ends with its event loop
  private void passOn(int left) {
    if (left == 0) {
      nudged.set(false);
    } else {
      eventLoop.schedule(() -> passOn(left - 1), 1, TimeUnit.NANOSECONDS);
    }
  }
}
