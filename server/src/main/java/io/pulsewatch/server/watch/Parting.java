package io.pulsewatch.server.watch;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The goodbyes of a server that drains to those who watch: one after the other, and at once to
 * whoever comes meanwhile.
 *
 * <p>Confined to the fan-out thread.
 */
final class Parting {
  /** Each is a message of its own, and they wait in nobody's queue. */
  static final int MAX_PER_TURN = 256;

  /** Who is sent away from the door comes back no sooner. */
  private static final long LEAST_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Deque<Runnable> left = new ArrayDeque<>();
  private Spread spread = new Spread(0, 0, 0);
  private int told;
  private @Nullable Goodbye forNewcomers;

  /** Begins, in the place of an earlier one. */
  void begin(Goodbye said, Collection<Runnable> farewells, Spread within) {
    left.clear();
    left.addAll(farewells);
    spread = within;
    told = 0;
    long after = Math.max(LEAST_RETRY_NANOS, said.reconnectAfterNanos());
    forNewcomers = new Goodbye(said.reason(), after, 0, said.peers());
  }

  /** Everybody who is still there may stay. */
  void end() {
    left.clear();
    forNewcomers = null;
  }

  /** What whoever comes now is told; null where nobody is sent away. */
  @Nullable Goodbye forNewcomers() {
    return forNewcomers;
  }

  /** Tells those who are due, within the limit of a turn. Returns how many. */
  int turn(long nowNanos) {
    int work = 0;
    int due = left.isEmpty() ? 0 : Math.min(MAX_PER_TURN, spread.due(nowNanos) - told);
    for (; work < due; work++) {
      left.remove().run();
    }
    told += work;
    return work;
  }
}
