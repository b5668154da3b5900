package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.SomeVitals;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A registry that a test moves by hand, with a view and a hub on it. Every change is committed and
 * told at once, unless the test holds some back to commit them together.
 */
public final class World {
  public static final String LINEAGE = "world";
  public static final long START_REVISION = 1_000;
  static final Moment START = new Moment(Long.MAX_VALUE - 1_000_000_000L, 1_700_000_000_000L);

  private static final Times TIMES = Times.grant(Times.UNSET, Times.UNSET, Times.UNSET);

  public final CommittedView view = new CommittedView();
  public final Hub hub;
  public boolean serving = true;
  public DetectorMode mode = DetectorMode.WARM_UP;
  public boolean warmingUp = true;
  final Map<InstanceKey, Entry> entries = new TreeMap<>();

  /** Everything that was committed. */
  final List<Change> changes = new ArrayList<>();

  private final List<Change> held = new ArrayList<>();

  /** From now on changes are told ahead of the ledger, or not. */
  boolean ahead;

  private boolean holding;
  private long revision = START_REVISION;
  private long incarnation;
  private long nanos = START.nanos();
  private long wallMillis;

  public World(WatchLimits limits) {
    this(limits, 0);
  }

  /** One that begins so much later by the wall clock. */
  World(WatchLimits limits, long laterMillis) {
    wallMillis = START.wallMillis() + laterMillis;
    Moment start = new Moment(START.nanos(), wallMillis);
    hub = new Hub(limits, LINEAGE, view, this::condition, () -> serving, start);
    hub.begin(revision, List.of(), List.of());
    view.begin(revision, List.of());
  }

  World() {
    this(WatchLimits.DEFAULT);
  }

  /**
   * The same ledger in the next process.
   *
   * @param mostRecent changes that it recalls at the most
   * @param gap revisions that were reserved and are left out
   */
  World restart(WatchLimits limits, int mostRecent, int gap) {
    World next = new World(limits);
    int recalled = Math.min(mostRecent, changes.size());
    List<Change> recent = changes.subList(changes.size() - recalled, changes.size());
    long before =
        recalled == changes.size()
            ? START_REVISION
            : changes.get(changes.size() - recalled - 1).revision();
    next.entries.putAll(entries);
    next.changes.addAll(changes);
    next.revision = revision + gap;
    next.incarnation = incarnation;
    next.nanos = nanos;
    next.wallMillis = wallMillis;
    next.hub.begin(before, entries.values(), recent);
    next.view.begin(revision, entries.values());
    return next;
  }

  public static InstanceKey key(String name) {
    int slash = name.indexOf('/');
    return new InstanceKey(name.substring(0, slash), name.substring(slash + 1));
  }

  public Moment now() {
    return new Moment(nanos, wallMillis);
  }

  private ServerCondition condition() {
    return new ServerCondition(mode, warmingUp, 3, 4_000_000_000L);
  }

  public long revision() {
    return revision;
  }

  public Entry entry(String name) {
    Entry entry = entries.get(key(name));
    if (entry == null) {
      throw new AssertionError(name + " is not there");
    }
    return entry;
  }

  /** Registers, by `service/id` and labels as `a=b,c=d`. */
  public World register(String name, String labels) {
    InstanceKey key = key(name);
    Details details = new Details(List.of(), labels(labels), "z1", 1, "v1");
    Entry after =
        new Entry(
            key,
            ++incarnation,
            0,
            State.ALIVE,
            Status.SERVING,
            null,
            details,
            TIMES,
            wallMillis,
            SomeVitals.heardAt(nanos));
    return commit(after, Cause.REGISTERED);
  }

  public World register(String name) {
    return register(name, "");
  }

  public World go(String name, State state) {
    Entry before = entry(name);
    Cause cause =
        switch (state) {
          case ALIVE -> Cause.RECOVERED;
          case SUSPECT -> Cause.STREAM_LOST;
          case DEAD -> Cause.SILENCE;
          case LEFT -> Cause.LEAVE;
        };
    return commit(copy(before, state, before.status(), before.details()), cause);
  }

  public World report(String name, Status status) {
    Entry before = entry(name);
    return commit(copy(before, before.state(), status, before.details()), Cause.REPORTED);
  }

  public World relabel(String name, String labels) {
    Entry before = entry(name);
    Details details = new Details(List.of(), labels(labels), "z1", 1, "v1");
    return commit(copy(before, before.state(), before.status(), details), Cause.RESUMED);
  }

  public World remove(String name) {
    return commit(entry(name), Cause.REMOVED);
  }

  /** From here on changes wait for {@link #release}. */
  public World hold() {
    holding = true;
    return this;
  }

  public World release() {
    holding = false;
    List<Change> all = List.copyOf(held);
    held.clear();
    tell(all);
    return this;
  }

  /** Turns at this instant until there is nothing more to do. Returns the number of turns. */
  public int settle() {
    int turns = 1;
    while (hub.turn(nanos, wallMillis) > 0) {
      turns++;
    }
    return turns;
  }

  /** Time goes by in turns of 10 ms. */
  public World pass(long millis) {
    for (long left = millis; left > 0; left -= 10) {
      nanos += TimeUnit.MILLISECONDS.toNanos(Math.min(10, left));
      wallMillis += Math.min(10, left);
      settle();
    }
    return this;
  }

  /** Time goes by in one turn. */
  World jump(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    wallMillis += millis;
    settle();
    return this;
  }

  private World commit(Entry after, Cause cause) {
    Entry before = entries.get(after.key());
    revision++;
    Entry at = after.at(revision);
    Change.Previous previous = previous(before);
    if (cause == Cause.REMOVED) {
      entries.remove(after.key());
    } else {
      entries.put(after.key(), at);
    }
    Change change = new Change(revision, wallMillis, at, previous, cause, Evidence.NONE, ahead);
    changes.add(change);
    if (holding) {
      held.add(change);
    } else {
      tell(List.of(change));
    }
    return this;
  }

  private void tell(List<Change> changes) {
    view.onChanges(changes);
    hub.onChanges(changes);
  }

  private Entry copy(Entry before, State state, Status status, Details details) {
    return new Entry(
        before.key(),
        before.incarnation(),
        0,
        state,
        status,
        before.override(),
        details,
        before.times(),
        state == before.state() ? before.sinceMillis() : wallMillis,
        before.vitals());
  }

  private static Change.@Nullable Previous previous(@Nullable Entry before) {
    return before == null
        ? null
        : new Change.Previous(before.state(), before.status(), before.details().labels());
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    for (String label : text.isEmpty() ? new String[0] : text.split(",")) {
      int equals = label.indexOf('=');
      labels.put(label.substring(0, equals), label.substring(equals + 1));
    }
    return labels;
  }
}
