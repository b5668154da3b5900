package io.pulsewatch.server.liveness;

import java.util.List;

/**
 * All readers taken as one: through which of them an instance comes back, nobody knows.
 *
 * <p>It stands in for the reader of a session that has no stream. Its clock ticks when the slowest
 * reader has ticked, so a pause of any of them is a pause of the door; its round is over when each
 * reader has passed.
 *
 * <p>Confined to the loop, but for its clock.
 */
public final class Door implements Reader {
  private final List<Reader> readers;
  private final AwakeClock clock;
  private final long[] seenTicks;
  private final long[] tickets;
  private long rounds;

  public Door(List<? extends Reader> readers, long nowNanos) {
    this.readers = List.copyOf(readers);
    // A round of ticks takes up to two of them.
    this.clock = new AwakeClock(nowNanos, 2 * AwakeClock.TICK_NANOS);
    this.seenTicks = new long[readers.size()];
    this.tickets = new long[readers.size()];
    for (int i = 0; i < tickets.length; i++) {
      seenTicks[i] = this.readers.get(i).clock().lastTickNanos();
      tickets[i] = this.readers.get(i).ticket();
    }
  }

  /** Looks at all readers, once a turn. Returns the pause of the slowest that ended, or 0. */
  long turn(long nowNanos) {
    long pause = 0;
    if (allTicked()) {
      pause = clock.tick(nowNanos);
      for (int i = 0; i < seenTicks.length; i++) {
        seenTicks[i] = readers.get(i).clock().lastTickNanos();
      }
    }
    if (allPassed()) {
      rounds++;
      for (int i = 0; i < tickets.length; i++) {
        tickets[i] = readers.get(i).ticket();
      }
    }
    return pause;
  }

  @Override
  public AwakeClock clock() {
    return clock;
  }

  /** One round may have begun before this call, so the one after it counts. */
  @Override
  public long ticket() {
    return rounds + 2;
  }

  @Override
  public boolean passed(long ticket) {
    return rounds >= ticket;
  }

  @Override
  public void nudge() {
    readers.forEach(Reader::nudge);
  }

  /** When the reader that ticked longest ago did so; {@code nowNanos} where there is no reader. */
  long oldestTickNanos(long nowNanos) {
    long oldest = nowNanos;
    for (Reader reader : readers) {
      long tick = reader.clock().lastTickNanos();
      oldest = tick - oldest < 0 ? tick : oldest;
    }
    return oldest;
  }

  private boolean allTicked() {
    for (int i = 0; i < seenTicks.length; i++) {
      if (readers.get(i).clock().lastTickNanos() == seenTicks[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean allPassed() {
    for (int i = 0; i < tickets.length; i++) {
      if (!readers.get(i).passed(tickets[i])) {
        return false;
      }
    }
    return true;
  }
}
