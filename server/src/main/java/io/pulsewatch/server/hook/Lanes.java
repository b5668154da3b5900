package io.pulsewatch.server.hook;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Letters of one hook in their order: one lane for each instance, whose first letter is on its way,
 * or may go, or waits for its next attempt. What is behind it waits; other lanes do not.
 *
 * <p>Confined to the hooks' thread.
 */
final class Lanes {
  private final Map<String, Lane> all = new HashMap<>();

  /** The oldest letter first, so that one lane at a time is the order of the sequence. */
  private final Queue<Lane> ready = new PriorityQueue<>(Lanes::compareAge);

  private final Queue<Lane> resting =
      new PriorityQueue<>((one, other) -> Long.signum(one.dueNanos - other.dueNanos));
  private int size;

  /** The letters of one instance. Confined to the hooks' thread. */
  static final class Lane {
    private final String subject;
    private final Deque<Delivery> letters = new ArrayDeque<>();
    private long dueNanos;
    private boolean flying;

    private Lane(String subject) {
      this.subject = subject;
    }

    private Delivery first() {
      return letters.getFirst();
    }
  }

  /** Puts a letter behind those of its lane. */
  void add(String subject, Delivery delivery) {
    Lane lane = all.computeIfAbsent(subject, Lane::new);
    lane.letters.addLast(delivery);
    size++;
    if (lane.letters.size() == 1) {
      ready.add(lane);
    }
  }

  /** Takes a lane whose first letter is to go now; null: there is none. */
  @Nullable Lane poll(long nowNanos) {
    for (Lane due = resting.peek();
        due != null && nowNanos - due.dueNanos >= 0;
        due = resting.peek()) {
      ready.add(resting.remove());
    }
    Lane next = ready.poll();
    if (next != null) {
      next.flying = true;
    }
    return next;
  }

  /** The letter of a lane that was taken. */
  Delivery first(Lane lane) {
    return lane.first();
  }

  /** The first letter goes again then. */
  void rest(Lane lane, long untilNanos) {
    lane.flying = false;
    lane.dueNanos = untilNanos;
    resting.add(lane);
  }

  /** The first letter is done with. */
  void advance(Lane lane) {
    lane.flying = false;
    lane.letters.removeFirst();
    size--;
    settle(lane);
  }

  /** Forgets letters that have not set out. */
  void drop(Predicate<Delivery> unwanted) {
    ready.clear();
    resting.clear();
    for (Lane lane : all.values().toArray(Lane[]::new)) {
      Delivery away = lane.flying ? lane.letters.removeFirst() : null;
      int before = lane.letters.size();
      lane.letters.removeIf(unwanted);
      size -= before - lane.letters.size();
      if (away != null) {
        lane.letters.addFirst(away);
      } else {
        settle(lane);
      }
    }
  }

  /** Letters in all lanes. */
  int size() {
    return size;
  }

  private static int compareAge(Lane one, Lane other) {
    return Long.compareUnsigned(one.first().letter().revision(), other.first().letter().revision());
  }

  private void settle(Lane lane) {
    if (lane.letters.isEmpty()) {
      all.remove(lane.subject);
    } else {
      ready.add(lane);
    }
  }
}
