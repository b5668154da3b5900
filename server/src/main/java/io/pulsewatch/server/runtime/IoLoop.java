package io.pulsewatch.server.runtime;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.transport.StreamLoop;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One event loop as the liveness loop sees it: its awake time, and its I/O passes.
 *
 * <p>A pass is counted around the I/O handler, since a task that was queued may run before the next
 * read. A pass may be under way when a ticket is drawn, so the ticket is for the third end from
 * now: two whole passes begin after it.
 */
final class IoLoop implements StreamLoop, Reader {
  private static final int PASSES_OF_A_TICKET = 3;

  private final EventLoop eventLoop;
  private final CountingIoHandler handler;
  private final AwakeClock clock;
  private final AtomicBoolean nudged = new AtomicBoolean();

  /** Written by its own event loop only, so that counting needs no atomic addition. */
  private final AtomicLong heartbeats = new AtomicLong();

  @SuppressWarnings("FutureReturnValueIgnored") // ends with its event loop
  IoLoop(EventLoop eventLoop, CountingIoHandler handler, LongSupplier nanoTicker) {
    this.eventLoop = eventLoop;
    this.handler = handler;
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

  /** Heartbeats read since the start. Any thread. */
  long heartbeats() {
    return heartbeats.get();
  }

  @Override
  public void execute(Runnable task) {
    eventLoop.execute(task);
  }

  boolean isCurrent() {
    return eventLoop.inEventLoop();
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
