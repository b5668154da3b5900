package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.State;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is there, as committed: what questions are answered from.
 *
 * <p>One writer at a time; readable by any thread, without waiting. A walk sees each entry that was
 * there all the time; entries that change meanwhile may be newer than {@link #revision}, so read
 * the revision first, and a watch from there closes the gap.
 */
public final class CommittedView {
  private final NavigableMap<InstanceKey, Entry> entries = new ConcurrentSkipListMap<>();
  private final NavigableMap<String, ServiceSummary> services = new ConcurrentSkipListMap<>();
  private final RoleBoard roles = new RoleBoard();
  private volatile long revision;
  private final Tally<State> states = new Tally<>(State.class);
  private volatile int serving;
  private volatile int size;

  /** Takes what a ledger kept. Before the first change. */
  public void begin(long committed, Collection<Entry> kept) {
    kept.forEach(entry -> put(entry.key(), entry));
    revision = committed;
  }

  /** Writer only: the next committed changes, in revision order. */
  public void onChanges(List<Change> changes) {
    for (Change change : changes) {
      put(change.key(), change.cause() == Cause.REMOVED ? null : change.after());
    }
    if (!changes.isEmpty()) {
      revision = changes.get(changes.size() - 1).revision();
    }
  }

  /** Writer only: something was kept that is no change. */
  public void onKept(Note note) {
    if (note instanceof Note.RoleAwaited awaited) {
      roles.put(awaited.role(), awaited.waiting());
    }
  }

  /** Who holds which role. */
  public RoleBoard roles() {
    return roles;
  }

  /** Everything up to here is in the view. */
  public long revision() {
    return revision;
  }

  /** Number of entries in a state. */
  public long count(State state) {
    return states.get(state);
  }

  /** Number of entries that serve. */
  public int serving() {
    return serving;
  }

  /** Number of services that have an entry. Walks over them. */
  public int services() {
    return services.size();
  }

  /** Number of entries, ended ones included. */
  public int size() {
    return size;
  }

  public @Nullable Entry find(InstanceKey key) {
    return entries.get(key);
  }

  /** Null where no instance has that name. */
  public @Nullable ServiceSummary service(String name) {
    return services.get(name);
  }

  /** Services from a name on, in order; live. */
  Iterable<ServiceSummary> servicesFrom(String name) {
    return services.tailMap(name, true).values();
  }

  /** Entries of a service after an instance id, in order; live. */
  Iterable<Entry> entries(String service, String afterId) {
    InstanceKey after = new InstanceKey(service, afterId);
    InstanceKey end = new InstanceKey(service + '\0', "");
    return entries.subMap(after, false, end, false).values();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void put(InstanceKey key, @Nullable Entry after) {
    Entry before = after == null ? entries.remove(key) : entries.put(key, after);
    size += (after == null ? 0 : 1) - (before == null ? 0 : 1);
    count(before, -1);
    count(after, 1);
    roles.put(key, before, after);
    ServiceSummary summary = services.getOrDefault(key.service(), ServiceSummary.of(key.service()));
    ServiceSummary next = summary.with(before, after);
    if (next.size() == 0) {
      services.remove(key.service());
    } else {
      services.put(key.service(), next);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  private void count(@Nullable Entry entry, int n) {
    if (entry != null) {
      states.add(entry.state(), n);
      serving += entry.serving() ? n : 0;
    }
  }
}
