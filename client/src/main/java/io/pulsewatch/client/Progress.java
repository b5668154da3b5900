package io.pulsewatch.client;

import java.util.concurrent.atomic.LongAdder;

/**
 * One counter of an instance's work. Whoever does the work ticks; each heartbeat tells how far it
 * came, and a server shows an instance whose counter stands still as {@code DEGRADED}.
 *
 * <p>Thread-safe, and cheap enough to be called for each piece of work: threads that tick at the
 * same time do not wait for each other.
 */
public final class Progress {
  private final LongAdder ticks = new LongAdder();

  Progress() {}

  /** A piece of work was done. */
  public void tick() {
    ticks.increment();
  }

  long value() {
    return ticks.sum();
  }
}
