package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the history on behalf of those who are behind, one bounded stretch after another.
 *
 * <p>Folding. A superseded change that is still here is counted where the walk goes by, if it
 * matched. What has left the ring cannot be looked at; a subscription knows its number when it
 * reaches the head, since its channel counts all changes of its services. So the sum is exact for a
 * watch by names alone; labels and states may make it too great, by changes that left the ring and
 * matched nothing; and a watch that resumed from before the ring does not count what had left by
 * then.
 *
 * <p>Confined to the fan-out thread.
 */
final class CatchUp {
  /** One stretch looks at so many links for each one that fits into a batch, at the most. */
  static final int SCANNED_PER_TOLD = 16;

  /** Telling a change, with its translation, costs as much as looking at so many. */
  static final int TOLD_COST = 16;

  private static final int MAX_REMEMBERED = 64;

  private final History history;
  private final String lineage;
  private final int batchSize;
  private final Room room;
  private final Map<Place, Stretch> remembered = new HashMap<>();

  /** How the history is read. */
  enum Mode {
    /** Every change. */
    EXACT,
    /** The newest change of each instance. */
    FOLD,
    /** The newest state of each instance that is there. */
    SNAPSHOT
  }

  /**
   * Where somebody stands.
   *
   * @param since up to here the subscriber knows everything; in a snapshot, where that began
   * @param revision the walk goes on after it
   */
  record Place(Filter filter, Mode mode, long since, long revision) {}

  CatchUp(History history, String lineage, int batchSize, Room room) {
    this.history = history;
    this.lineage = lineage;
    this.batchSize = batchSize;
    this.room = room;
  }

  /** The history has changed. */
  void forget() {
    remembered.clear();
  }

  /** The way on from a place; its floor was checked. */
  Stretch from(Place place) {
    Stretch known = remembered.get(place);
    if (known != null) {
      return known;
    }
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    Stretch stretch = new Reading(place).read();
    remembered.put(place, stretch);
    return stretch;
  }

  /** An empty batch. */
  BatchSize newBatch() {
    return new BatchSize(batchSize, room.messageBytes());
  }

  Position position(Filter filter, long since, long revision) {
    return new Position(lineage, since, revision, history.unsure(), filter.hash());
  }

  /** One stretch while it is read. */
  private final class Reading {
    private final Place place;
    private final Filter filter;
    private final BatchSize size = newBatch();
    private final List<Entry> instances = new ArrayList<>();
    private final List<Told> changes = new ArrayList<>();
    private long passed;
    private long folded;
    private boolean departed;

    Reading(Place place) {
      this.place = place;
      this.filter = place.filter();
    }

    Stretch read() {
      Walk walk = new Walk(history.logs(filter.services()), place.revision());
      long revision = place.revision();
      int scanned = 0;
      int mostScanned = SCANNED_PER_TOLD * batchSize;
      Link link = walk.next();
      while (link != null && scanned < mostScanned && size.hasRoomFor(link)) {
        visit(link);
        scanned++;
        revision = link.revision();
        link = walk.next();
      }
      boolean atHead = link == null;
      return finish(atHead ? history.head() : revision, atHead, scanned);
    }

    private void visit(Link link) {
      if (!filter.services().matches(link.entry().key().service())) {
        return;
      }
      passed++;
      switch (place.mode()) {
        case EXACT -> replay(link);
        case FOLD -> fold(link);
        case SNAPSHOT -> show(link);
      }
    }

    private void replay(Link link) {
      Change change = link.change();
      boolean before = filter.matchedBefore(change);
      boolean after = filter.matchesAfter(change);
      if (before || after) {
        tell(link, !after);
      }
    }

    private void fold(Link link) {
      Change change = link.change();
      if (link.superseded) {
        boolean matched = filter.matchedBefore(change) || filter.matchesAfter(change);
        folded += matched ? 1 : 0;
      } else if (filter.matchesAfter(change)) {
        tell(link, false);
      } else if (filter.mayHaveMatched(link.track(), place.since())) {
        tell(link, true);
      }
    }

    private void show(Link link) {
      if (link.superseded) {
        return;
      }
      if (!link.isRemoval() && filter.matchesWithin(link.entry())) {
        instances.add(link.entry());
        size.add(link);
      } else if (link.revision() > place.since()) {
        departed |= filter.mayHaveMatched(link.track(), place.since());
      }
    }

    private void tell(Link link, boolean leftView) {
      changes.add(new Told(link.change(), leftView));
      size.add(link);
    }

    private Stretch finish(long revision, boolean atHead, int scanned) {
      boolean complete = atHead || place.mode() == Mode.EXACT;
      Position at = position(filter, complete ? revision : place.since(), revision);
      return new Stretch(
          revision,
          atHead,
          new Rendered<>(List.copyOf(instances)),
          new Rendered<>(new ChangeBatch(at, List.copyOf(changes), folded)),
          passed,
          departed,
          scanned);
    }
  }
}
