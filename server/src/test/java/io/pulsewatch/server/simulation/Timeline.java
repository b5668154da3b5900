package io.pulsewatch.server.simulation;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time in nanoseconds since the world began, and what will happen in it: a binary heap,
 * ordered by time, then by the order in which things were planned.
 */
final class Timeline {
  private long[] times = new long[1_024];
  private long[] numbers = new long[1_024];
  private @Nullable Runnable[] actions = new Runnable[1_024];
  private int size;
  private long now;
  private long count;

  long now() {
    return now;
  }

  /** Events so far. */
  long count() {
    return count;
  }

  /** Lets something happen at this time, or now if that is over. */
  void at(long time, Runnable action) {
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      numbers = Arrays.copyOf(numbers, 2 * size);
      actions = Arrays.copyOf(actions, 2 * size);
    }
    long due = Math.max(time, now);
    long number = count++;
    int hole = size++;
    while (hole > 0 && isBefore(due, number, (hole - 1) / 2)) {
      move((hole - 1) / 2, hole);
      hole = (hole - 1) / 2;
    }
    put(hole, due, number, action);
  }

  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  long nextAt() {
    return size == 0 ? Long.MAX_VALUE : times[0];
  }

  void runNext() {
    now = times[0];
    Runnable first = Objects.requireNonNull(actions[0]);
    int last = --size;
    Runnable action = actions[last];
    int hole = 0;
    while (2 * hole + 1 < last) {
      int child = 2 * hole + 1;
      if (child + 1 < last && isBefore(times[child + 1], numbers[child + 1], child)) {
        child++;
      }
      if (isBefore(times[last], numbers[last], child)) {
        break;
      }
      move(child, hole);
      hole = child;
    }
    put(hole, times[last], numbers[last], action);
    actions[last] = null;
    first.run();
  }

  void moveTo(long time) {
    now = time;
  }

  private boolean isBefore(long time, long number, int place) {
    return time != times[place] ? time < times[place] : number < numbers[place];
  }

  private void move(int from, int to) {
    put(to, times[from], numbers[from], actions[from]);
  }

  private void put(int place, long time, long number, @Nullable Runnable action) {
    times[place] = time;
    numbers[place] = number;
    actions[place] = action;
  }
}
