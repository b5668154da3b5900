package io.pulsewatch.cli;

import io.grpc.Status;
import io.pulsewatch.client.PulsewatchClient;
import io.pulsewatch.client.PulsewatchException;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.ListChangesResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest changes of a selection. Confined to one thread.
 *
 * <p>A server tells changes forward, from a revision on. So the newest are looked for in spans of
 * revisions that end where the last one began and are four times as wide: a few of a million cost a
 * few pages, and so does a gap, which every restart of a server makes. Where a point of time is
 * given, a revision well before it is found by halving, and then each change is held against it.
 */
final class HistoryReader {
  /** The most that a server gives at once. */
  private static final int PAGE_SIZE = 1000;

  private static final int WIDER = 4;

  /** A wall clock that was set back by less hides nothing. */
  private static final Duration SET_BACK = Duration.ofMinutes(10);

  /** Before every change that there ever was. */
  private static final long FIRST = 1;

  private final PulsewatchClient client;
  private final List<String> services;
  private final String instanceId;

  /**
   * Makes one.
   *
   * @param services names or globs; empty: all
   * @param instanceId empty: all
   */
  HistoryReader(PulsewatchClient client, List<String> services, String instanceId) {
    this.client = client;
    this.services = services;
    this.instanceId = instanceId;
  }

  /**
   * What was found.
   *
   * @param changes oldest first
   * @param leftOut whether there are older ones that were asked for, past the limit
   * @param forgotten the oldest change of anybody that the server has, if what was asked for began
   *     before it and is not kept any more; else null
   */
  record Found(List<Change> changes, boolean leftOut, @Nullable Change forgotten) {}

  /** Reads the newest of them. */
  Found read(Since since, int limit) {
    ListChangesResponse whole = anybody(0);
    Change oldest = first(whole);
    if (since.revision() > 0 && isForgotten(since.revision())) {
      throw forgotten(since.revision(), oldest);
    }
    if (oldest == null) {
      return new Found(List.of(), false, null);
    }
    Instant from = since.at();
    long bottom = from == null ? since.revision() : before(from.minus(SET_BACK), oldest, whole);
    Deque<Change> found = new ArrayDeque<>();
    long upper = Long.MAX_VALUE;
    long top = whole.getRevision();
    long width = 2L * limit;
    while (found.size() <= limit && upper > bottom) {
      long lower = Math.max(bottom, top - width);
      // Retention may take away the oldest while we read; a server takes 0 for whatever it has.
      lower = lower < oldest.getRevision() ? bottom : lower;
      prepend(found, changes(lower, upper, from, limit + 1 - found.size()));
      upper = lower;
      top = lower;
      width *= WIDER;
    }
    boolean leftOut = found.size() > limit;
    if (leftOut) {
      found.removeFirst();
    }
    boolean cut = from != null && from.isBefore(Spans.of(oldest.getAt())) && isForgotten(FIRST);
    return new Found(List.copyOf(found), leftOut, cut ? oldest : null);
  }

  private static void prepend(Deque<Change> found, Deque<Change> older) {
    older.descendingIterator().forEachRemaining(found::addFirst);
  }

  /** The newest of those after one revision, up to another. */
  private Deque<Change> changes(long after, long upTo, @Nullable Instant from, int most) {
    Deque<Change> newest = new ArrayDeque<>();
    Iterator<Change> all =
        client.listChanges(
            ListChangesRequest.newBuilder()
                .addAllServices(services)
                .setInstanceId(instanceId)
                .setSinceRevision(after)
                .setPageSize(PAGE_SIZE)
                .build());
    while (all.hasNext()) {
      Change change = all.next();
      if (change.getRevision() > upTo) {
        break;
      }
      if (from == null || !Spans.of(change.getAt()).isBefore(from)) {
        newest.addLast(change);
        if (newest.size() > most) {
          newest.removeFirst();
        }
      }
    }
    return newest;
  }

  /** The greatest revision that was told before the instant, so far as halving finds it. */
  private long before(Instant instant, Change oldest, ListChangesResponse whole) {
    if (!Spans.of(oldest.getAt()).isBefore(instant)) {
      return 0;
    }
    long earlier = oldest.getRevision();
    long later = whole.getRevision();
    while (earlier < later) {
      long middle = earlier + (later - earlier) / 2;
      Change next = first(anybody(middle));
      if (next != null && Spans.of(next.getAt()).isBefore(instant)) {
        earlier = next.getRevision();
      } else {
        later = middle;
      }
    }
    return earlier;
  }

  /** Only the server knows whether numbers that are not there were ever given. */
  private boolean isForgotten(long revision) {
    try {
      anybody(revision);
      return false;
    } catch (PulsewatchException e) {
      if (e.code() == Status.Code.OUT_OF_RANGE) {
        return true;
      }
      throw e;
    }
  }

  private static CommandException forgotten(long revision, @Nullable Change oldest) {
    return CommandException.usage(
        "changes since revision "
            + revision
            + " are not kept any more"
            + (oldest == null ? "" : ": the oldest kept is " + oldest.getRevision())
            + "; leave --since out to begin with the oldest. A server keeps its newest"
            + " limits.ring_size changes, and with a data directory limits.max_history of them"
            + " for limits.history_hours");
  }

  private ListChangesResponse anybody(long after) {
    return client.listChangesPage(
        ListChangesRequest.newBuilder().setSinceRevision(after).setPageSize(1).build());
  }

  private static @Nullable Change first(ListChangesResponse page) {
    return page.getChangesCount() == 0 ? null : page.getChanges(0);
  }
}
