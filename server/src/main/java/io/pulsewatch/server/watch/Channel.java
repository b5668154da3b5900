package io.pulsewatch.server.watch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All subscriptions that have the same filter. What is new is put together once and handed to those
 * who are caught up; these have no position of their own.
 *
 * <p>Confined to the fan-out thread.
 */
final class Channel {
  private final Filter filter;
  private final CatchUp catchUp;
  private final Set<Subscription> caughtUp = new LinkedHashSet<>();
  private int subscriptions;

  /** Changes of the watched services since the channel began. */
  private long total;

  private List<Told> fresh = new ArrayList<>();
  private BatchSize size;
  private boolean touched;
  private long totalBefore;

  /** The batch is full: what comes after this revision is for the walk. */
  private boolean cut;

  private long cutRevision;
  private long cutTotal;

  Channel(Filter filter, CatchUp catchUp) {
    this.filter = filter;
    this.catchUp = catchUp;
    this.size = catchUp.newBatch();
  }

  Filter filter() {
    return filter;
  }

  long total() {
    return total;
  }

  Position position(long since, long revision) {
    return catchUp.position(filter, since, revision);
  }

  Stretch stretch(CatchUp.Mode mode, long since, long revision) {
    return catchUp.from(new CatchUp.Place(filter, mode, since, revision));
  }

  void join() {
    subscriptions++;
  }

  /** Returns true if nobody is left. */
  boolean leave(Subscription subscription) {
    caughtUp.remove(subscription);
    subscriptions--;
    return subscriptions == 0;
  }

  void onCaughtUp(Subscription subscription) {
    caughtUp.add(subscription);
  }

  /**
   * The next change of one of its services. Returns true if it is the first since {@link #flush}.
   */
  boolean offer(Link link) {
    boolean first = !touched;
    if (first) {
      touched = true;
      size = catchUp.newBatch();
      totalBefore = total;
    }
    if (!cut && !caughtUp.isEmpty()) {
      take(link);
    }
    total++;
    return first;
  }

  /** Hands over what is new. The revisions are the head's before and after it. */
  void flush(long before, long head) {
    if (!fresh.isEmpty()) {
      long at = cut ? cutRevision : head;
      deliver(new Rendered<>(new ChangeBatch(position(at, at), List.copyOf(fresh), 0)), before);
      fresh = new ArrayList<>();
    }
    touched = false;
    cut = false;
  }

  private void take(Link link) {
    boolean matched = filter.matchedBefore(link.change());
    boolean matches = filter.matchesAfter(link.change());
    if (matched || matches) {
      if (size.hasRoomFor(link)) {
        fresh.add(new Told(link.change(), !matches));
        size.add(link);
      } else {
        cut = true;
        cutTotal = total;
        return;
      }
    }
    cutRevision = link.revision();
  }

  private void deliver(Rendered<ChangeBatch> batch, long before) {
    for (Iterator<Subscription> each = caughtUp.iterator(); each.hasNext(); ) {
      Subscription subscription = each.next();
      if (!subscription.isReady()) {
        each.remove();
        subscription.fallBehind(before, totalBefore);
      } else {
        subscription.tell(batch);
        if (cut) {
          each.remove();
          subscription.fallBehind(cutRevision, cutTotal);
        }
      }
    }
  }
}
