package io.pulsewatch.server.liveness;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timing wheel: O(1) to arm, disarm and fire, whatever the number of timers and
 * however many share an instant.
 *
 * <p>Four levels of 256 spokes count ticks of 2^20 ns (1.05 ms), so the wheel spans 52 days. A
 * timer stands on the lowest level on which its tick shares all higher digits with the current
 * tick. When a level has gone round, the next spoke of the level above is spread out below it. An
 * empty level is skipped whole, which lets a simulation jump over hours.
 *
 * <p>Timers are never early: a deadline is rounded up to a tick. Spokes are intrusive lists, since
 * a wheel of arrays grows with the fullest spoke: see docs/decisions/0002. After Varghese and
 * Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987.
 *
 * <p>Confined to the loop. Time is any wrapping nanosecond clock that never goes back.
 */
final class DeadlineWheel<T> {
  static final int TICK_SHIFT = 20;
  private static final int SPOKE_BITS = 8;
  private static final int SPOKES = 1 << SPOKE_BITS;
  private static final int LEVELS = 4;

  private final Timer<T>[][] spokes;
  private final int[] counts = new int[LEVELS];
  private final Timer<T> due = Timer.head();
  private final long originNanos;
  private long currentTick;

  DeadlineWheel(long nowNanos) {
    this.originNanos = nowNanos;
    this.spokes = newSpokes();
  }

  /** A place in the wheel for one item. At most one deadline at a time. */
  static final class Timer<T> {
    private static final int IDLE = -1;
    private static final int DUE = LEVELS;

    private final @Nullable T item;
    private Timer<T> previous = this;
    private Timer<T> next = this;
    private int level = IDLE;
    private long tick;

    Timer(T item) {
      this.item = item;
    }

    private Timer() {
      this.item = null;
    }

    private static <T> Timer<T> head() {
      return new Timer<>();
    }

    boolean isArmed() {
      return level != IDLE;
    }
  }

  /** Arms the timer, or moves it. A deadline that has passed fires at the next tick. */
  void arm(Timer<T> timer, long deadlineNanos) {
    disarm(timer);
    long tick = ((deadlineNanos - originNanos - 1) >> TICK_SHIFT) + 1;
    timer.tick = Math.max(tick, currentTick + 1);
    place(timer);
  }

  void disarm(Timer<T> timer) {
    if (timer.level == Timer.IDLE) {
      return;
    }
    if (timer.level < LEVELS) {
      counts[timer.level]--;
    }
    timer.level = Timer.IDLE;
    timer.previous.next = timer.next;
    timer.next.previous = timer.previous;
    timer.previous = timer;
    timer.next = timer;
  }

  /**
   * Moves on to {@code nowNanos} and hands over what is due, in order of ticks.
   *
   * @param limit at the most so many; the rest comes first in the next call
   * @return how many were handed over
   */
  int advance(long nowNanos, Consumer<T> onDue, int limit) {
    long target = (nowNanos - originNanos) >> TICK_SHIFT;
    int fired = 0;
    while (true) {
      while (due.next != due) {
        if (fired == limit) {
          return fired;
        }
        Timer<T> timer = due.next;
        disarm(timer);
        fired++;
        if (timer.item != null) {
          onDue.accept(timer.item);
        }
      }
      if (currentTick >= target) {
        return fired;
      }
      step(target);
    }
  }

  private void step(long target) {
    int level = 0;
    while (level < LEVELS && counts[level] == 0) {
      level++;
    }
    if (level == LEVELS) {
      currentTick = target;
      return;
    }
    int shift = SPOKE_BITS * level;
    currentTick = Math.min(target, ((currentTick >> shift) + 1) << shift);
    for (int l = LEVELS - 1; l > 0; l--) {
      long belowMask = (1L << (SPOKE_BITS * l)) - 1;
      if ((currentTick & belowMask) == 0) {
        spread(spokes[l][spoke(currentTick, l)]);
      }
    }
    Timer<T> head = spokes[0][spoke(currentTick, 0)];
    while (head.next != head) {
      Timer<T> timer = head.next;
      disarm(timer);
      link(timer, due, Timer.DUE);
    }
  }

  /** A timer beyond the wheel's span goes back to the end of its spoke, for another round. */
  private void spread(Timer<T> head) {
    Timer<T> last = head.previous;
    for (Timer<T> timer = head; timer != last; ) {
      timer = head.next;
      disarm(timer);
      place(timer);
    }
  }

  private void place(Timer<T> timer) {
    int level = 0;
    while (level < LEVELS - 1 && differsAbove(timer.tick, level)) {
      level++;
    }
    counts[level]++;
    link(timer, spokes[level][spoke(timer.tick, level)], level);
  }

  private boolean differsAbove(long tick, int level) {
    return ((tick ^ currentTick) >> (SPOKE_BITS * (level + 1))) != 0;
  }

  private static int spoke(long tick, int level) {
    return (int) (tick >> (SPOKE_BITS * level)) & (SPOKES - 1);
  }

  private void link(Timer<T> timer, Timer<T> head, int level) {
    timer.level = level;
    timer.previous = head.previous;
    timer.next = head;
    head.previous.next = timer;
    head.previous = timer;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> Timer<T>[][] newSpokes() {
    Timer[][] all = new Timer[LEVELS][SPOKES];
    for (Timer[] level : all) {
      for (int i = 0; i < SPOKES; i++) {
        level[i] = Timer.head();
      }
    }
    return all;
  }
}
