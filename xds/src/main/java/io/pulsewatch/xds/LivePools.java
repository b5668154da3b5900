package io.pulsewatch.xds;

import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Who of each service gets calls, out of what a watch of a server elsewhere tells: the rules of
 * xDS, for those who are told in other words than Envoy's.
 *
 * <p>Such a watch breaks and comes back, and the server may have begun anew meanwhile. From each
 * break on, and from each snapshot, until a bookmark says that the server is warm, nobody is
 * dropped for being dead, doubted or unknown; who says that he leaves or drains is dropped at once,
 * and who is new is taken in. Whom a snapshot does not know any more counts as called dead.
 *
 * <p>Confined to one thread, or guarded by its owner. It holds as many instances as it was told.
 */
public final class LivePools {
  private final String endpoint;
  private final Map<String, Roster> rosters = new TreeMap<>();
  private boolean whole;
  private boolean warm;
  private boolean open;

  /**
   * Makes one that knows nobody.
   *
   * @param endpoint the name of the endpoint that is called, and who has none of that name is left
   *     out; empty: as for xDS, the one named {@code grpc}, else the first
   */
  public LivePools(String endpoint) {
    this.endpoint = endpoint;
  }

  /** All instances of the watch, in any state, take the place of what was known. */
  public void onSnapshot(Collection<Instance> instances, long nowNanos) {
    warm = false;
    whole = true;
    long newestMillis = Long.MIN_VALUE;
    Map<String, List<Instance>> named = new HashMap<>();
    for (Instance each : instances) {
      named.computeIfAbsent(each.getService(), service -> new ArrayList<>()).add(each);
      newestMillis = Math.max(newestMillis, millis(each.getSince()));
      newestMillis = Math.max(newestMillis, millis(each.getLastHeartbeatAt()));
    }
    for (String service : named.keySet()) {
      rosters.computeIfAbsent(service, name -> new Roster(endpoint));
    }
    for (Map.Entry<String, Roster> each : rosters.entrySet()) {
      List<Instance> now = named.getOrDefault(each.getKey(), List.of());
      each.getValue().replace(now, newestMillis, nowNanos);
    }
  }

  /** One change. */
  public void onChange(Change change, long nowNanos) {
    Instance instance = change.getInstance();
    boolean gone = change.getLeftView() || change.getCause() == Cause.CAUSE_REMOVED;
    Roster roster = rosters.computeIfAbsent(instance.getService(), name -> new Roster(endpoint));
    if (gone) {
      roster.remove(instance.getInstanceId());
    } else {
      roster.put(instance, nowNanos);
    }
  }

  /** The server says how it judges; returns whether that changes what may be acted on. */
  public boolean onBookmark(Bookmark bookmark) {
    boolean before = warm;
    warm = whole && bookmark.getDetectorMode() != DetectorMode.DETECTOR_MODE_WARM_UP;
    open |= warm;
    if (warm != before) {
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
   * @return services by name, also those that have nobody; of each instance the one endpoint that
   *     is called, its host an IP address, and at most one instance of an id; sorted by id
   */
  public Map<String, List<Instance>> look(long nowNanos) {
    Map<String, List<Instance>> pools = new TreeMap<>();
    rosters.forEach((service, roster) -> pools.put(service, roster.look(nowNanos, warm)));
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

  /** Who is there and cannot be called, as {@code service/id}: no such endpoint, or no address. */
  public Set<String> withoutAddress() {
    Set<String> names = new TreeSet<>();
    rosters.forEach(
        (service, roster) -> roster.withoutAddress().forEach(id -> names.add(service + "/" + id)));
    return names;
  }

  static long millis(Timestamp time) {
    return TimeUnit.SECONDS.toMillis(time.getSeconds())
        + TimeUnit.NANOSECONDS.toMillis(time.getNanos());
  }
}
