package io.pulsewatch.server.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** How much happened in the last second, and that it was no more than may. */
final class InSecond {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int most;
  private final Deque<Long> times = new ArrayDeque<>();

  InSecond(int most) {
    this.most = most;
  }

  void add(long now) {
    times.add(now);
    while (now - times.getFirst() >= SECOND) {
      times.removeFirst();
    }
    if (times.size() > most) {
      throw new Violation("nobody is asked too often", times.size() + " within a second");
    }
  }
}
