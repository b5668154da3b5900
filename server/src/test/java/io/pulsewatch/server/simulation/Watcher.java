package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.Bookmark;
import io.pulsewatch.server.watch.ChangeBatch;
import io.pulsewatch.server.watch.End;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.Position;
import io.pulsewatch.server.watch.Rendered;
import io.pulsewatch.server.watch.SnapshotReason;
import io.pulsewatch.server.watch.Subscriber;
import io.pulsewatch.server.watch.Subscription;
import io.pulsewatch.server.watch.Told;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One watch, and what its reader believes: built from nothing but what it is told. */
final class Watcher implements Subscriber {
  private static final String INVARIANT = "no silent gap";

  private final SimulatedWorld world;
  private final Set<State> states;
  private final boolean everyChange;
  private final Map<InstanceKey, Entry> known = new HashMap<>();
  private @Nullable Subscription subscription;
  private int stalled;
  private boolean inSnapshot;
  private long newest;
  private long overflows;
  private long folded;

  Watcher(SimulatedWorld world, Set<State> states, boolean everyChange) {
    this.world = world;
    this.states = states;
    this.everyChange = everyChange;
  }

  void subscribed(Subscription to) {
    subscription = to;
  }

  long overflows() {
    return overflows;
  }

  long folded() {
    return folded;
  }

  void stall() {
    stalled++;
  }

  void goOn() {
    Subscription to = subscription;
    if (--stalled == 0 && to != null) {
      to.onReady();
    }
  }

  /** The hub has nothing more to do: what it was told of these is what is so. */
  void check(List<Change> changes) {
    for (Change change : changes) {
      check(change.key());
    }
  }

  /** The same of everything. */
  void checkAll() {
    world.oracle().registry().keySet().forEach(this::check);
    known.keySet().forEach(this::check);
  }

  private void check(InstanceKey key) {
    if (stalled > 0) {
      return;
    }
    require(!inSnapshot, "a snapshot without end");
    Entry entry = world.oracle().registry().get(key);
    Entry matching = entry != null && states.contains(entry.state()) ? entry : null;
    Entry believed = known.get(key);
    if (!Objects.equals(matching, believed)) {
      throw new Violation(INVARIANT, "caught up, but knows " + believed + ", not " + matching);
    }
  }

  @Override
  public boolean isReady() {
    return stalled == 0;
  }

  @Override
  public void onSnapshotBegin(SnapshotReason reason, long skipped) {
    inSnapshot = true;
    if (reason == SnapshotReason.OVERFLOW) {
      require(everyChange, "who wants the latest does not overflow");
      overflows++;
      if (world.fault() == Fault.OVERFLOW_NOT_TOLD) {
        return;
      }
    }
    known.clear();
  }

  @Override
  public void onInstances(Rendered<List<Entry>> instances) {
    for (Entry entry : instances.told()) {
      require(states.contains(entry.state()), "told of one that does not match");
      known.put(entry.key(), entry);
    }
  }

  @Override
  public void onSnapshotEnd(Position at, long count) {
    inSnapshot = false;
    newest = at.since();
  }

  @Override
  public void onChanges(Rendered<ChangeBatch> changes) {
    require(isReady(), "told while not ready");
    ChangeBatch batch = changes.told();
    require(!everyChange || batch.folded() == 0, "folded, though it wants every change");
    folded += batch.folded();
    for (Told told : batch.changes()) {
      follow(told);
    }
  }

  private void follow(Told told) {
    Change change = told.change();
    require(change.revision() > newest, "told again");
    newest = change.revision();
    if (everyChange) {
      Entry before = known.get(change.key());
      Change.Previous previous = change.previous();
      State was = previous == null ? null : previous.state();
      State knew = before == null ? null : before.state();
      State matched = was != null && states.contains(was) ? was : null;
      if (knew != matched) {
        throw new Violation(INVARIANT, "knew " + knew + ", but was told " + change);
      }
    }
    if (told.leftView()) {
      known.remove(change.key());
    } else {
      known.put(change.key(), change.after());
    }
  }

  @Override
  public void onBookmark(Bookmark bookmark) {}

  @Override
  public void onGoodbye(Goodbye goodbye) {}

  @Override
  public void onEnd(End why) {
    throw new Violation(INVARIANT, "ended: " + why);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new Violation(INVARIANT, what);
    }
  }
}
