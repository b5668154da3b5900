package io.pulsewatch.server.watch;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * When each subscription is to be told that nothing happened. Telling something else moves no
 * timer: it fires early, finds that nothing is due, and is set anew.
 *
 * <p>Confined to the fan-out thread.
 */
final class Bookmarks {
  /** Subscriptions looked at in one turn. */
  private static final int MAX_PER_TURN = 1_000;

  /** One that is due and cannot take it is looked at again after so long. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** By subtraction, since the clock wraps; all due times are within minutes. */
  private final TreeSet<Subscription> due =
      new TreeSet<>(
          ((Comparator<Subscription>) (a, b) -> Long.signum(a.dueNanos - b.dueNanos))
              .thenComparingLong(subscription -> subscription.id));

  void add(Subscription subscription) {
    subscription.dueNanos = subscription.toldNanos + subscription.bookmarkNanos();
    due.add(subscription);
  }

  void remove(Subscription subscription) {
    due.remove(subscription);
  }

  /** Tells those who have not been told anything for too long. Returns how many it looked at. */
  int turn(long nowNanos, long staleNanos) {
    int work = 0;
    while (work < MAX_PER_TURN && !due.isEmpty() && due.first().dueNanos - nowNanos <= 0) {
      Subscription first = due.first();
      due.remove(first);
      first.dueNanos = remind(first, nowNanos, staleNanos);
      due.add(first);
      work++;
    }
    return work;
  }

  int size() {
    return due.size();
  }

  /** Returns when to look again. */
  private static long remind(Subscription subscription, long nowNanos, long staleNanos) {
    long next = subscription.toldNanos + subscription.bookmarkNanos();
    if (next - nowNanos > 0) {
      return next;
    }
    // It is small, and one for each watch at the most: it asks for no room.
    if (!subscription.isLive() || !subscription.subscriber().isReady()) {
      return nowNanos + RETRY_NANOS;
    }
    subscription.bookmark(staleNanos);
    return nowNanos + subscription.bookmarkNanos();
  }
}
