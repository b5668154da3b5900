package io.pulsewatch.server;

import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Compares what a watcher was told over many servers on one directory with what the ledger has in
 * the end. Finds nothing where the promises were kept. Pure; confined to its thread.
 */
final class KillAudit {
  private final Predicate<String> steady;
  private final List<String> faults = new ArrayList<>();
  private int kept;
  private int provisionalLost;

  private KillAudit(Predicate<String> steady) {
    this.steady = steady;
  }

  /**
   * What was found.
   *
   * @param faults broken promises
   * @param kept changes that were told and are in the ledger
   * @param provisionalLost changes that were told as provisional and are not
   */
  record Findings(List<String> faults, int kept, int provisionalLost) {}

  /**
   * Looks.
   *
   * @param steady names of instances that beat all the time
   * @param live how many of them there are
   * @param history what the ledger has, oldest first
   */
  static Findings look(
      List<LastingWatch.Told> told, List<Change> history, Predicate<String> steady, int live) {
    KillAudit audit = new KillAudit(steady);
    audit.history(history);
    audit.told(told, history, live);
    return new Findings(List.copyOf(audit.faults), audit.kept, audit.provisionalLost);
  }

  /** Numbers grow in it, and nobody who beat is dead. */
  private void history(List<Change> history) {
    long revision = 0;
    Map<String, Long> incarnations = new HashMap<>();
    Set<Long> given = new HashSet<>();
    for (Change change : history) {
      if (change.getRevision() <= revision) {
        faults.add("history goes back: " + say(change) + " after " + revision);
      }
      revision = change.getRevision();
      long incarnation = change.getInstance().getIncarnation();
      long before = incarnations.getOrDefault(WatchLog.name(change), 0L);
      if (incarnation < before) {
        faults.add("an incarnation goes back: " + say(change) + " after " + before);
      }
      boolean begins = change.getCause() == Cause.CAUSE_REGISTERED;
      if (begins && !given.add(incarnation)) {
        faults.add("an incarnation is given twice: " + say(change));
      }
      if (begins && before != 0 && steady.test(WatchLog.name(change))) {
        faults.add("registered anew although it beat: " + say(change));
      }
      incarnations.put(WatchLog.name(change), incarnation);
      alive(change);
    }
  }

  /** All that was told and not marked is in the ledger; all that is in the ledger was told. */
  private void told(List<LastingWatch.Told> told, List<Change> history, int live) {
    Map<Long, Change> byRevision = new HashMap<>();
    history.forEach(change -> byRevision.put(change.getRevision(), change));
    List<Change> ordered = new ArrayList<>(history);
    int next = 0;
    long revision = 0;
    for (LastingWatch.Told one : told) {
      if (one instanceof LastingWatch.StartedOver over) {
        startedOver(over, revision, live);
        revision = Math.max(revision, over.revision());
        next = after(ordered, revision);
      } else if (one instanceof LastingWatch.Changed changed) {
        Change change = changed.change();
        if (change.getRevision() <= revision) {
          faults.add("told goes back: " + say(change) + " after " + revision);
        }
        revision = change.getRevision();
        alive(change);
        compare(change, byRevision.get(revision));
        while (next < ordered.size() && ordered.get(next).getRevision() < revision) {
          faults.add("never told: " + say(ordered.get(next++)));
        }
        next = after(ordered, revision);
      }
    }
  }

  private void startedOver(LastingWatch.StartedOver over, long revision, int live) {
    boolean first = revision == 0;
    if (!first && over.reason() != SnapshotReason.SNAPSHOT_REASON_TAIL_LOST) {
      faults.add("started over: " + over);
    }
    if (!first && over.count() < live) {
      faults.add("a list with too few: " + over);
    }
  }

  private void compare(Change told, @org.jspecify.annotations.Nullable Change kept) {
    boolean same =
        kept != null
            && WatchLog.name(kept).equals(WatchLog.name(told))
            && kept.getInstance().getIncarnation() == told.getInstance().getIncarnation()
            && kept.getInstance().getState() == told.getInstance().getState()
            && kept.getCause() == told.getCause();
    if (same) {
      this.kept++;
    } else if (told.getProvisional() && kept == null) {
      provisionalLost++;
    } else {
      faults.add("lost: " + say(told) + ", the ledger has " + (kept == null ? "" : say(kept)));
    }
  }

  private void alive(Change change) {
    if (change.getInstance().getState() == State.STATE_DEAD && steady.test(WatchLog.name(change))) {
      faults.add("dead although it beat: " + say(change));
    }
  }

  private static int after(List<Change> ordered, long revision) {
    int low = 0;
    int high = ordered.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ordered.get(middle).getRevision() <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static String say(Change change) {
    return String.format(
        java.util.Locale.ROOT,
        "%d %s %d %s %s%s",
        change.getRevision(),
        WatchLog.name(change),
        change.getInstance().getIncarnation(),
        change.getInstance().getState(),
        change.getCause(),
        change.getProvisional() ? " (provisional)" : "");
  }
}
