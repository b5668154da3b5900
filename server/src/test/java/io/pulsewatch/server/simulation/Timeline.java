package io.pulsewatch.server.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time in nanoseconds since the world began, and what will happen in it. */
final class Timeline {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private long now;
  private long count;

  private record Event(long at, long number, Runnable action) {}

  long now() {
    return now;
  }

  /** Events so far. */
  long count() {
    return count;
  }

  /** Lets something happen at this time, or now if that is over. */
  void at(long time, Runnable action) {
    events.add(new Event(Math.max(time, now), count++, action));
  }

  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  long nextAt() {
    Event next = events.peek();
    return next == null ? Long.MAX_VALUE : next.at();
  }

  void runNext() {
    Event next = events.remove();
    now = next.at();
    next.action().run();
  }

  void moveTo(long time) {
    now = time;
  }
}
