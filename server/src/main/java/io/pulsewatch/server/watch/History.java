package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as far as somebody may still have to be told: one log per service, and one over
 * all services.
 *
 * <p><b>What stands in a log.</b> The newest change of each instance, whatever its age; removals,
 * which are the newest change of a removed instance, until they are forgotten; and the last {@code
 * ringSize} changes, whether superseded or not. So one walk from old to new is a snapshot when it
 * starts before everything and looks at the newest only, folded catch-up when it starts where the
 * subscriber stands, and exact replay when it takes all and starts within the ring.
 *
 * <p><b>Two orders.</b> A watch that names its services walks their own logs, merged by revision,
 * so that its catch-up costs what it watches. A watch with globs, or of everything, walks the log
 * over all and skips what does not match: a merge of as many logs as there are services would cost
 * more than the skipping. Both logs hold the same links; an instance costs two array cells.
 *
 * <p><b>Floors.</b> From {@link #ringFloor} on every change is here. From {@link #foldFloor} on the
 * newest change of every instance is here, removals included. Neither ever falls.
 *
 * <p>Confined to the fan-out thread.
 */
final class History {
  private final WatchLimits limits;
  private final Log all = new Log();
  private final Map<String, Log> services = new HashMap<>();
  private final Map<InstanceKey, Track> tracks = new HashMap<>();
  private final Deque<Link> ring = new ArrayDeque<>();
  private final Deque<Link> removals = new ArrayDeque<>();
  private long start;

  /** Up to here an earlier process kept it; what it told beyond is not known. */
  private long recalledTo;

  /** The first revision of this process; 0 while there is none. */
  private long first;

  private long head;
  private long ringFloor;
  private long unsure;
  private long foldFloor;

  History(WatchLimits limits) {
    this.limits = limits;
  }

  /**
   * Takes what a ledger kept: entries, and the newest changes. What was before those is not known.
   *
   * @param revision changes up to here are not among the recent ones
   */
  void begin(long revision, Collection<Entry> kept, List<Change> recent) {
    start = revision;
    head = revision;
    ringFloor = revision;
    foldFloor = revision;
    Map<InstanceKey, Entry> present = new HashMap<>();
    List<Entry> ordered = new ArrayList<>();
    for (Entry entry : kept) {
      present.put(entry.key(), entry);
      if (entry.revision() <= revision) {
        ordered.add(entry);
      }
    }
    ordered.sort(Comparator.comparingLong(Entry::revision));
    for (Entry entry : ordered) {
      Track track = new Track();
      Link link = new Link(track, entry, null);
      track.begin(link);
      tracks.put(entry.key(), track);
      append(link);
    }
    recent.forEach(change -> add(change.asOf(present.get(change.key()))));
    recalledTo = head;
    first = 0;
  }

  /** Takes the next committed change; its revision is greater than all before it. */
  Link add(Change change) {
    if (change.revision() <= head) {
      throw new IllegalStateException(change.revision() + " after " + head);
    }
    head = change.revision();
    unsure = change.provisional() ? head : unsure;
    first = first == 0 ? head : first;
    Track track = tracks.get(change.key());
    Link link;
    if (track == null) {
      track = new Track();
      link = new Link(track, change.after(), change);
      track.begin(link);
      tracks.put(change.key(), track);
    } else {
      Link before = track.newest();
      link = new Link(track, change.after(), change);
      track.go(link);
      dropIfGarbage(before);
    }
    append(link);
    enterRing(link);
    if (link.isRemoval()) {
      removals.addLast(link);
      if (removals.size() > limits.maxTombstones()) {
        forget(removals.removeFirst());
      }
    }
    return link;
  }

  /** Forgets removals that are old enough, at most so many. Returns how many. */
  int forget(long wallMillis, int most) {
    int work = 0;
    while (work < most && !removals.isEmpty()) {
      Link oldest = removals.getFirst();
      if (wallMillis - oldest.change().atMillis() < limits.tombstoneMillis()) {
        break;
      }
      forget(removals.removeFirst());
      work++;
    }
    return work;
  }

  /** The newest revision. */
  long head() {
    return head;
  }

  /** What happened up to here is not known in detail. */
  long start() {
    return start;
  }

  /**
   * True for a revision that was never given, as far as is known here: past the head, in the gap
   * that a ledger leaves between what survived a crash and what came after it, or told by an
   * earlier process and not kept.
   */
  boolean isUnknown(long revision) {
    return revision > head
        || (revision > recalledTo && revision < first)
        || (revision > ringFloor && revision <= recalledTo && !isKept(revision));
  }

  /** The newest change that was told ahead of the ledger, 0 where none was. */
  long unsure() {
    return unsure;
  }

  /**
   * True for a change of an earlier process, told ahead of the ledger, that may not have got there:
   * what was told after it may be kept nevertheless, since what binds is told when it is durable.
   */
  boolean mayBeLost(long revision) {
    return revision != 0
        && (isUnknown(revision) || (revision <= ringFloor && revision <= recalledTo));
  }

  private boolean isKept(long revision) {
    int place = all.after(revision - 1);
    return place < all.size() && all.get(place).revision() == revision;
  }

  /** True while every change since the beginning is in the ring. */
  boolean isWhole() {
    return ringFloor == start;
  }

  /** Who has been told everything up to here can be told every change since. */
  long ringFloor() {
    return ringFloor;
  }

  /** Who has been told everything up to here can be told the newest change of each instance. */
  long foldFloor() {
    return foldFloor;
  }

  /** The logs to walk for these services. */
  List<Log> logs(ServiceNames names) {
    if (!names.isExact()) {
      return List.of(all);
    }
    List<Log> logs = new ArrayList<>(names.names().size());
    for (String name : names.names()) {
      Log log = services.get(name);
      if (log != null) {
        logs.add(log);
      }
    }
    return logs;
  }

  /**
   * Changes of these services after a revision, as far as they are here. With globs those before
   * the ring are left out, since somebody would have to look at each.
   */
  long count(ServiceNames names, long afterRevision) {
    long count = 0;
    if (names.isAll() || names.isExact()) {
      for (Log log : logs(names)) {
        count += log.size() - log.after(afterRevision);
      }
      return count;
    }
    for (int i = all.after(Math.max(afterRevision, ringFloor)); i < all.size(); i++) {
      count += names.matches(all.get(i).entry().key().service()) ? 1 : 0;
    }
    return count;
  }

  @Nullable Track track(InstanceKey key) {
    return tracks.get(key);
  }

  /** Links held; at most twice the instances, the removals and the ring together. */
  int size() {
    return all.size();
  }

  /** Instances held, removed ones included. */
  int tracks() {
    return tracks.size();
  }

  /** Services that have a log. */
  int services() {
    return services.size();
  }

  private void append(Link link) {
    all.append(link);
    services.computeIfAbsent(link.entry().key().service(), name -> new Log()).append(link);
  }

  private void enterRing(Link link) {
    ring.addLast(link);
    if (ring.size() > limits.ringSize()) {
      Link oldest = ring.removeFirst();
      oldest.evicted = true;
      ringFloor = oldest.revision();
      dropIfGarbage(oldest);
    }
  }

  private void forget(Link removal) {
    foldFloor = Math.max(foldFloor, removal.revision());
    if (removal.superseded) {
      return;
    }
    tracks.remove(removal.entry().key());
    removal.superseded = true;
    dropIfGarbage(removal);
  }

  private void dropIfGarbage(Link link) {
    if (!link.isGarbage()) {
      return;
    }
    all.onGarbage();
    String service = link.entry().key().service();
    Log log = services.get(service);
    if (log != null) {
      log.onGarbage();
      if (log.size() == 0) {
        services.remove(service);
      }
    }
  }
}
