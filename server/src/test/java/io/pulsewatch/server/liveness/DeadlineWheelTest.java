package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The wheel against a sorted map that does the same, slowly. */
final class DeadlineWheelTest {
  private static final long TICK = 1L << DeadlineWheel.TICK_SHIFT;
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);
  private static final int ALL = Integer.MAX_VALUE;

  @Origins
  void firesWithinATickAndNeverEarly(long origin) {
    for (long after : new long[] {1, TICK - 1, TICK, TICK + 1, 255 * TICK, 256 * TICK + 1, HOUR}) {
      DeadlineWheel<String> wheel = new DeadlineWheel<>(origin);
      wheel.arm(new DeadlineWheel.Timer<>("a"), origin + after);
      assertThat(fired(wheel, origin + after - 1)).as("before %s", after).isEmpty();
      assertThat(fired(wheel, origin + after + TICK - 1)).as("at %s", after).containsExactly("a");
    }
  }

  @Origins
  void firesAtOnceWhereTheDeadlineIsATick(long origin) {
    DeadlineWheel<String> wheel = new DeadlineWheel<>(origin);
    wheel.arm(new DeadlineWheel.Timer<>("a"), origin + 300 * TICK);
    assertThat(fired(wheel, origin + 300 * TICK - 1)).isEmpty();
    assertThat(fired(wheel, origin + 300 * TICK)).containsExactly("a");
  }

  @Origins
  void aDeadlineThatHasPassedFiresAtTheNextTick(long origin) {
    DeadlineWheel<String> wheel = new DeadlineWheel<>(origin);
    fired(wheel, origin + 10 * TICK);
    wheel.arm(new DeadlineWheel.Timer<>("a"), origin + 3 * TICK);
    assertThat(fired(wheel, origin + 11 * TICK - 1)).isEmpty();
    assertThat(fired(wheel, origin + 11 * TICK)).containsExactly("a");
  }

  @Origins
  void aTimerHasOneDeadline(long origin) {
    DeadlineWheel<String> wheel = new DeadlineWheel<>(origin);
    DeadlineWheel.Timer<String> timer = new DeadlineWheel.Timer<>("a");
    wheel.arm(timer, origin + 5 * TICK);
    wheel.arm(timer, origin + 9 * TICK);
    assertThat(fired(wheel, origin + 8 * TICK)).isEmpty();
    wheel.disarm(timer);
    wheel.disarm(timer);
    assertThat(timer.isArmed()).isFalse();
    assertThat(fired(wheel, origin + HOUR)).isEmpty();
    wheel.arm(timer, origin + HOUR + TICK);
    assertThat(timer.isArmed()).isTrue();
    assertThat(fired(wheel, origin + HOUR + 2 * TICK)).containsExactly("a");
    assertThat(timer.isArmed()).isFalse();
  }

  /** 52 days are the span; a timer beyond it goes round again, and is neither early nor lost. */
  @Origins
  void farDeadlines(long origin) {
    DeadlineWheel<Long> wheel = new DeadlineWheel<>(origin);
    long span = TICK << 32;
    long[] after = {
      span - TICK, span, span + 7 * TICK, 3 * span + 5, 90 * 24 * HOUR, 400 * 24 * HOUR
    };
    for (long a : after) {
      wheel.arm(new DeadlineWheel.Timer<>(a), origin + a);
    }
    for (long a : new long[] {after[0], after[1], after[2], after[4], after[3], after[5]}) {
      assertThat(fired(wheel, origin + a - 1)).isEmpty();
      assertThat(fired(wheel, origin + a + TICK - 1)).containsExactly(a);
    }
  }

  @Origins
  void aHundredThousandInOneTickWithinTheLimit(long origin) {
    DeadlineWheel<Integer> wheel = new DeadlineWheel<>(origin);
    for (int i = 0; i < 100_000; i++) {
      wheel.arm(new DeadlineWheel.Timer<>(i), origin + HOUR);
    }
    List<Integer> order = new ArrayList<>();
    assertThat(wheel.advance(origin + HOUR - 1, order::add, ALL)).isZero();
    for (int turn = 0; turn < 6; turn++) {
      assertThat(wheel.advance(origin + HOUR + TICK, order::add, 16_384)).isEqualTo(16_384);
    }
    assertThat(wheel.advance(origin + HOUR + TICK, order::add, 16_384)).isEqualTo(1_696);
    assertThat(wheel.advance(origin + HOUR + TICK, order::add, 16_384)).isZero();
    assertThat(order).hasSize(100_000).isSorted();
  }

  @Origins
  void whatIsLeftOverByTheLimitMayBeMovedOrDisarmed(long origin) {
    DeadlineWheel<String> wheel = new DeadlineWheel<>(origin);
    List<DeadlineWheel.Timer<String>> timers = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      timers.add(new DeadlineWheel.Timer<>(name));
      wheel.arm(timers.get(timers.size() - 1), origin + TICK);
    }
    List<String> order = new ArrayList<>();
    assertThat(wheel.advance(origin + 9 * TICK, order::add, 1)).isEqualTo(1);
    wheel.disarm(timers.get(1));
    wheel.arm(timers.get(2), origin + 20 * TICK);
    assertThat(wheel.advance(origin + 9 * TICK, order::add, 9)).isEqualTo(1);
    assertThat(order).containsExactly("a", "d");
    assertThat(fired(wheel, origin + 20 * TICK)).containsExactly("c");
  }

  /** Re-arming within a call, for what has passed: the next tick, so a call ends. */
  @Origins
  void whoArmsAgainAtOnceFiresAtMostTwiceInACall(long origin) {
    DeadlineWheel<DeadlineWheel.Timer<?>[]> wheel = new DeadlineWheel<>(origin);
    DeadlineWheel.Timer<?>[] self = new DeadlineWheel.Timer<?>[1];
    DeadlineWheel.Timer<DeadlineWheel.Timer<?>[]> timer = new DeadlineWheel.Timer<>(self);
    wheel.arm(timer, origin + TICK);
    long now = origin + 1_000 * TICK;
    assertThat(wheel.advance(now, item -> wheel.arm(timer, now), ALL)).isBetween(1, 2);
    assertThat(timer.isArmed()).isTrue();
  }

  @Origins
  void jumpsOverHours(long origin) {
    DeadlineWheel<Integer> wheel = new DeadlineWheel<>(origin);
    List<Integer> order = new ArrayList<>();
    DeadlineWheel.Timer<Integer> timer = new DeadlineWheel.Timer<>(1);
    for (int i = 1; i <= 10_000; i++) {
      wheel.arm(timer, origin + i * HOUR);
      wheel.advance(origin + i * HOUR + TICK - 1, order::add, ALL);
    }
    assertThat(order).hasSize(10_000);
  }

  @Origins
  void agreesWithASortedMap(long origin) {
    for (long seed = 0; seed < 30; seed++) {
      new Oracle(origin, seed).play(3_000);
    }
  }

  private static <T> List<T> fired(DeadlineWheel<T> wheel, long now) {
    List<T> items = new ArrayList<>();
    wheel.advance(now, items::add, ALL);
    return items;
  }

  /** What should fire, kept in a map from ticks since the origin to timers. */
  private static final class Oracle {
    private final long origin;
    private final SplittableRandom random;
    private final DeadlineWheel<Integer> wheel;
    private final List<DeadlineWheel.Timer<Integer>> timers = new ArrayList<>();
    private final TreeMap<Long, Set<Integer>> byTick = new TreeMap<>();
    private final Map<Integer, Long> tickOf = new HashMap<>();
    private long sinceOrigin;

    Oracle(long origin, long seed) {
      this.origin = origin;
      this.random = new SplittableRandom(seed);
      this.wheel = new DeadlineWheel<>(origin);
      for (int i = 0; i < 200; i++) {
        timers.add(new DeadlineWheel.Timer<>(i));
      }
    }

    void play(int steps) {
      for (int i = 0; i < steps; i++) {
        switch (random.nextInt(4)) {
          case 0, 1 -> arm(random.nextInt(timers.size()), sinceOrigin + 1 + span());
          case 2 -> disarm(random.nextInt(timers.size()));
          default -> advance(span(), random.nextInt(3) == 0 ? random.nextInt(5) : ALL);
        }
      }
      advance(400 * HOUR, ALL);
      assertThat(tickOf).isEmpty();
    }

    /** Any order of magnitude from a nanosecond to 13 days, often on the edge of a spoke. */
    private long span() {
      long span = random.nextLong(1L << random.nextInt(1, 50));
      return random.nextInt(4) == 0 ? span / (256 * TICK) * (256 * TICK) : span;
    }

    private void arm(int i, long deadline) {
      disarm(i);
      wheel.arm(timers.get(i), origin + deadline);
      long tick = (deadline + TICK - 1) / TICK;
      tickOf.put(i, tick);
      byTick.computeIfAbsent(tick, t -> new HashSet<>()).add(i);
      assertThat(timers.get(i).isArmed()).isTrue();
    }

    private void disarm(int i) {
      wheel.disarm(timers.get(i));
      forget(i);
    }

    private void forget(int i) {
      Long tick = tickOf.remove(i);
      if (tick != null) {
        Set<Integer> there = byTick.getOrDefault(tick, Set.of());
        there.remove(i);
        if (there.isEmpty()) {
          byTick.remove(tick);
        }
      }
    }

    private void advance(long by, int limit) {
      sinceOrigin += by;
      List<Integer> items = new ArrayList<>();
      int fired = wheel.advance(origin + sinceOrigin, items::add, limit);
      assertThat(fired).isEqualTo(items.size()).isLessThanOrEqualTo(limit);
      long target = sinceOrigin / TICK;
      for (int item : items) {
        long tick = byTick.firstKey();
        assertThat(tickOf).containsEntry(item, tick);
        assertThat(tick).as("never early").isLessThanOrEqualTo(target);
        forget(item);
      }
      boolean someLeft = !byTick.isEmpty() && byTick.firstKey() <= target;
      assertThat(someLeft)
          .as("never late, but for the limit")
          .isEqualTo(someLeft && fired == limit);
    }
  }
}
