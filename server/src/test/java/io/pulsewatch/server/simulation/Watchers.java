package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watchers of every change, some of which stop reading for long, over a bounded ring of changes.
 * Each builds its own view from what it is told, and says so when something does not follow.
 */
final class Watchers {
  private static final int RING = 32;
  private static final int BATCH = 8;

  private final SimulatedWorld world;
  private final Deque<Change> ring = new ArrayDeque<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private long lostRevision;
  private boolean moved;
  private long overflows;

  Watchers(SimulatedWorld world, int count) {
    this.world = world;
    for (int i = 0; i < count; i++) {
      watchers.add(new Watcher());
    }
  }

  long overflows() {
    return overflows;
  }

  void onChanges(List<Change> changes) {
    for (Change change : changes) {
      ring.addLast(change);
      if (ring.size() > RING) {
        lostRevision = ring.removeFirst().revision();
      }
    }
    moved = true;
  }

  /** One of them stops reading for so long. */
  void stall(long nanos) {
    Watcher watcher = watchers.get(world.random().nextInt(watchers.size()));
    watcher.stalled++;
    world
        .timeline()
        .after(
            nanos,
            () -> {
              watcher.stalled--;
              moved = true;
            });
  }

  void turn() {
    if (!moved) {
      return;
    }
    moved = false;
    for (Watcher watcher : watchers) {
      if (watcher.stalled == 0) {
        watcher.read();
      }
    }
  }

  /** One watch, and what its reader believes. */
  private final class Watcher {
    private final Map<InstanceKey, Entry> view = new HashMap<>();
    private long cursor;
    private int stalled;

    void read() {
      if (cursor < lostRevision) {
        overflows++;
        if (world.fault() == Fault.OVERFLOW_NOT_TOLD) {
          cursor = lostRevision;
        } else {
          snapshot();
        }
      }
      int left = BATCH;
      for (Change change : ring) {
        if (change.revision() > cursor && left-- > 0) {
          follow(change);
        }
      }
      if (cursor < world.oracle().revision()) {
        moved = true;
      } else if (!view.equals(world.oracle().registry())) {
        throw new Violation("no silent gap", "a caught-up watcher differs at " + cursor);
      }
    }

    private void snapshot() {
      view.clear();
      view.putAll(world.oracle().registry());
      cursor = world.oracle().revision();
    }

    private void follow(Change change) {
      Entry known = view.get(change.key());
      Change.Previous previous = change.previous();
      @Nullable State before = known == null ? null : known.state();
      @Nullable State told = previous == null ? null : previous.state();
      if (before != told) {
        throw new Violation(
            "no silent gap", "told " + told + " before " + change + ", knew " + before);
      }
      if (change.cause() == Cause.REMOVED) {
        view.remove(change.key());
      } else {
        view.put(change.key(), change.after());
      }
      cursor = change.revision();
    }
  }
}
