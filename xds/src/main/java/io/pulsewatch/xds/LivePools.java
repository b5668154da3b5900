package io.pulsewatch.xds;

import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who of each service gets calls, out of what a watch of a server elsewhere tells: the rules of
 * xDS, for those who are told in other words than Envoy's.
 *
 * <p>Such a watch breaks and comes back, and the server may have begun anew meanwhile. From each
 * break on, and from each snapshot, until a bookmark says that the server is warm, nobody is
 * dropped for being dead, doubted or unknown; who says that he leaves or drains is dropped at once,
 * and who is new is taken in. Whom a snapshot does not know any more counts as called dead. What
 * was held so counts from that bookmark on, as if it had happened then.
 *
 * <p>Confined to one thread, or guarded by its owner. It holds as many instances as it was told, of
 * at most {@link #MAX_SERVICES} services and those that are named. A service is forgotten when the
 * server knows none of its instances and nobody of it gets calls.
 */
public final class LivePools {
  /** Further services are left out until others are forgotten, and told something again. */
  public static final int MAX_SERVICES = 10_000;

  private final String endpoint;
  private final Set<String> named;
  private final Map<String, Roster> rosters = new TreeMap<>();
  private boolean isFull;
  private boolean whole;
  private boolean warm;
  private boolean open;

  /**
   * Makes one that knows nobody.
   *
   * @param endpoint the name of the endpoint that is called, and who has none of that name is left
   *     out; empty: as for xDS, the one named {@code grpc}, else the first
   * @param named services that are never left out
   */
  public LivePools(String endpoint, Collection<String> named) {
    this.endpoint = endpoint;
    this.named = Set.copyOf(named);
  }

  /** All instances of the watch, in any state, take the place of what was known. */
  public void onSnapshot(Collection<Instance> instances, long nowNanos) {
    warm = false;
    whole = true;
    long newestMillis = Long.MIN_VALUE;
    Map<String, List<Instance>> told = new TreeMap<>();
    for (Instance each : instances) {
      told.computeIfAbsent(each.getService(), service -> new ArrayList<>()).add(each);
      newestMillis = Math.max(newestMillis, Member.millis(each.getSince()));
      newestMillis = Math.max(newestMillis, Member.millis(each.getLastHeartbeatAt()));
    }
    isFull = false;
    told.keySet().forEach(this::roster);
    for (Map.Entry<String, Roster> each : rosters.entrySet()) {
      List<Instance> now = told.getOrDefault(each.getKey(), List.of());
      each.getValue().replace(now, newestMillis, nowNanos);
    }
  }

  /** One change. */
  public void onChange(Change change, long nowNanos) {
    Instance instance = change.getInstance();
    boolean gone = change.getLeftView() || change.getCause() == Cause.CAUSE_REMOVED;
    Roster roster = gone ? rosters.get(instance.getService()) : roster(instance.getService());
    if (roster == null) {
      return;
    }
    if (!gone) {
      roster.put(instance, nowNanos);
      return;
    }
    roster.remove(instance.getInstanceId());
    if (roster.isNobody()) {
      rosters.remove(instance.getService());
    }
  }

  /**
   * The server says how it judges; returns whether that changes what may be acted on.
   *
   * <p>Whether it warms up is told beside the mode, of which only STALE says that it cannot know.
   */
  public boolean onBookmark(Bookmark bookmark, long nowNanos) {
    boolean before = warm;
    boolean isStale = bookmark.getDetectorMode() == DetectorMode.DETECTOR_MODE_STALE;
    warm = whole && !bookmark.getWarmingUp() && !isStale;
    open |= warm;
    if (warm && !before) {
      rosters.values().forEach(roster -> roster.onSure(nowNanos));
    } else if (warm != before) {
      rosters.values().forEach(Roster::touch);
    }
    return warm != before;
  }

  /** The watch broke: what is known stays. */
  public void onDisconnected() {
    warm = false;
  }

  /** False until a warm server has told all: nothing is known that may be acted on. */
  public boolean isOpen() {
    return open;
  }

  /**
   * Applies the rules.
   *
   * @return services by name, also those of whose instances nobody gets calls; of each instance the
   *     one endpoint that is called, its host an IP address, and at most one instance of an id;
   *     sorted by id
   */
  public Map<String, List<Instance>> look(long nowNanos) {
    Map<String, List<Instance>> pools = new TreeMap<>();
    rosters.forEach((service, roster) -> pools.put(service, roster.look(nowNanos, warm)));
    if (rosters.values().removeIf(Roster::isNobody)) {
      pools.keySet().retainAll(rosters.keySet());
    }
    return pools;
  }

  /**
   * Returns the nanoseconds until {@link #look} says something else although nothing is told;
   * {@code Long.MAX_VALUE}: it will not.
   */
  public long untilNextNanos(long nowNanos) {
    long until = Long.MAX_VALUE;
    for (Roster each : rosters.values()) {
      until = Math.min(until, each.untilNextNanos(nowNanos));
    }
    return warm ? until : Long.MAX_VALUE;
  }

  /** Whether services were left out since the last snapshot, for there are too many. */
  public boolean isFull() {
    return isFull;
  }

  /** Who is there and cannot be called, as {@code service/id}: no such endpoint, or no address. */
  public Set<String> withoutAddress() {
    Set<String> names = new TreeSet<>();
    rosters.forEach(
        (service, roster) -> roster.withoutAddress().forEach(id -> names.add(service + "/" + id)));
    return names;
  }

  /** Null where there are too many. */
  private @Nullable Roster roster(String service) {
    Roster known = rosters.get(service);
    if (known == null && (rosters.size() < MAX_SERVICES || named.contains(service))) {
      known = new Roster(endpoint);
      rosters.put(service, known);
    }
    isFull |= known == null;
    return known;
  }
}
