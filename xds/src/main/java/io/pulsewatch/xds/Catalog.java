package io.pulsewatch.xds;

import com.google.protobuf.ByteString;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.WatchResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All services as clients are to see them, from what a watch tells.
 *
 * <p>A service is looked at as soon as something of it changes; where that was told, what follows
 * within {@link #QUIET_NANOS} is joined. Nothing is told before the first snapshot is whole,
 * warm-up is over and each service was looked at once: a client keeps what it has until then.
 * Services are looked at meanwhile: pools that verdicts empty are to be known before.
 *
 * <p>Confined to the extension's thread.
 */
final class Catalog {
  /** What changes of one service so soon after it was told goes out together. */
  static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** One that told nothing new is looked at no sooner again: a large one takes milliseconds. */
  static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Work of one turn, in instances looked at: a few milliseconds at the most. */
  private static final int TURN_BUDGET = 20_000;

  private final int maxEndpoints;
  private final Subscribers subscribers;
  private final Map<String, Service> services = new TreeMap<>();

  /** Those that clients know of. */
  private final Map<String, Service> published = new TreeMap<>();

  private final Queue<Service> touched = new ArrayDeque<>();
  private final Queue<Service> quiet =
      new PriorityQueue<>((one, other) -> Long.signum(one.quietUntilNanos - other.quietUntilNanos));
  private final Set<Service> kept = new LinkedHashSet<>();

  /** Those of which somebody is alive. Where there are none we may be cut off from everybody. */
  private final Set<Service> living = new HashSet<>();

  private @Nullable Map<String, Set<String>> snapshot;

  /** Who has ended by that snapshot. */
  private final List<Instance> ended = new ArrayList<>();

  private long newestMillis;
  private boolean whole;
  private boolean open;
  private long nowNanos;
  private long versions;
  private long namesVersion;
  private @Nullable List<ByteString> clusters;
  private boolean namesTouched;
  private long namesQuietUntilNanos;

  /** Who is to be told. */
  interface Subscribers {
    /** A service has another pool. */
    void onEndpoints(Service service);

    /** A service is new, or is no more. */
    void onName(String service);

    /** There are other services than before: for those who want all. */
    void onNames();

    /** What is known may be told from now on. */
    void onOpen();
  }

  Catalog(int maxEndpoints, Subscribers subscribers) {
    this.maxEndpoints = maxEndpoints;
    this.subscribers = subscribers;
  }

  /** What the watch says next. */
  void onMessage(WatchResponse message) {
    switch (message.getMessageCase()) {
      case SNAPSHOT_BEGIN -> {
        snapshot = new HashMap<>();
        ended.clear();
        newestMillis = Long.MIN_VALUE;
      }
      case INSTANCES -> message.getInstances().getInstancesList().forEach(this::onInstance);
      case SNAPSHOT_END -> onSnapshotEnd();
      case CHANGES -> message.getChanges().getChangesList().forEach(this::onChange);
      case BOOKMARK, GOODBYE, MESSAGE_NOT_SET -> {}
    }
  }

  /**
   * One bounded step.
   *
   * @param warmingUp the server does not know yet who is there
   * @return the work done; not 0 while more can be done now
   */
  int turn(long now, boolean warmingUp) {
    nowNanos = now;
    if (!whole) {
      return 0;
    }
    wake();
    int work = 0;
    for (Service next = touched.poll(); next != null; next = touched.poll()) {
      next.waiting = false;
      look(next);
      work += 1 + next.size();
      if (work >= TURN_BUDGET) {
        return work;
      }
    }
    if (namesTouched && now - namesQuietUntilNanos >= 0) {
      namesTouched = false;
      namesQuietUntilNanos = now + QUIET_NANOS;
      subscribers.onNames();
      work++;
    }
    if (!open && !warmingUp) {
      open = true;
      namesQuietUntilNanos = now;
      subscribers.onOpen();
      work++;
    }
    return work;
  }

  /** Whether anything may be told. */
  boolean isOpen() {
    return open;
  }

  /** Null for one that clients do not know of. */
  @Nullable Service find(String name) {
    return open ? published.get(name) : null;
  }

  /** All clusters, encoded once until there are others. */
  List<ByteString> clusters() {
    List<ByteString> known = clusters;
    if (known == null) {
      known = new ArrayList<>();
      for (Service service : published.values()) {
        known.add(service.resource(ResourceType.CLUSTER));
      }
      clusters = known;
    }
    return known;
  }

  /** Changes with the services that there are. */
  long namesVersion() {
    return namesVersion;
  }

  /** Services whose last endpoints are shown on although all are dead. */
  int kept() {
    return kept.size();
  }

  private void onInstance(Instance instance) {
    if (snapshot != null) {
      snapshot
          .computeIfAbsent(instance.getService(), service -> new HashSet<>())
          .add(instance.getInstanceId());
      newestMillis =
          Math.max(
              newestMillis,
              Math.max(
                  Member.millis(instance.getSince()),
                  Member.millis(instance.getLastHeartbeatAt())));
      if (!Member.isLive(instance)) {
        ended.add(instance);
        return;
      }
    }
    put(instance);
  }

  private void onChange(Change change) {
    Instance instance = change.getInstance();
    if (change.getCause() != Cause.CAUSE_REMOVED) {
      put(instance);
      return;
    }
    Service service = services.get(instance.getService());
    if (service != null) {
      service.remove(instance.getInstanceId());
      touch(service);
    }
  }

  private void put(Instance instance) {
    Service service = services.computeIfAbsent(instance.getService(), Service::new);
    service.put(instance, nowNanos);
    touch(service);
  }

  /** There is no time in a snapshot but that of the newest in it, by the server's clock. */
  private void putEnded(Instance instance) {
    long agoMillis = newestMillis - Member.millis(instance.getSince());
    Service service = services.computeIfAbsent(instance.getService(), Service::new);
    service.putEnded(instance, nowNanos - TimeUnit.MILLISECONDS.toNanos(agoMillis), nowNanos);
    touch(service);
  }

  /** A later snapshot takes the place of what was known. */
  private void onSnapshotEnd() {
    Map<String, Set<String>> named = snapshot;
    if (named != null) {
      ended.forEach(this::putEnded);
      ended.clear();
      for (Service service : services.values()) {
        service.retain(named.getOrDefault(service.name(), Set.of()));
        touch(service);
      }
    }
    snapshot = null;
    whole = true;
  }

  private void touch(Service service) {
    if (service.waiting) {
      return;
    }
    service.waiting = true;
    if (service.wasSettled && nowNanos - service.quietUntilNanos < 0) {
      quiet.add(service);
    } else {
      touched.add(service);
    }
  }

  private void wake() {
    for (Service next = quiet.peek();
        next != null && nowNanos - next.quietUntilNanos >= 0;
        next = quiet.peek()) {
      touched.add(quiet.remove());
    }
    if (living.isEmpty()) {
      return; // no time of those who are kept passes
    }
    for (Iterator<Service> each = kept.iterator(); each.hasNext(); ) {
      Service service = each.next();
      if (service.isKeptTooLong(nowNanos)) {
        each.remove();
        touch(service);
      }
    }
  }

  private void look(Service service) {
    service.wasSettled = true;
    service.quietUntilNanos = nowNanos + QUIET_NANOS;
    if (!service.exists()) {
      forget(service);
      return;
    }
    if (living.isEmpty()) {
      service.keepOn(nowNanos);
    }
    boolean changed = service.settle(nowNanos, maxEndpoints, versions + 1);
    if (service.isKept()) {
      kept.add(service);
    } else {
      kept.remove(service);
    }
    if (!service.isSomebodyAlive()) {
      living.remove(service);
    } else if (living.add(service) && living.size() == 1) {
      kept.forEach(each -> each.keepOn(nowNanos));
    }
    if (!changed) {
      service.quietUntilNanos = nowNanos + LOOK_NANOS;
      return;
    }
    versions++;
    if (published.putIfAbsent(service.name(), service) == null) {
      onNamesChanged(service);
    }
    if (open) {
      subscribers.onEndpoints(service);
    }
  }

  private void forget(Service service) {
    services.remove(service.name(), service);
    kept.remove(service);
    living.remove(service);
    if (published.remove(service.name(), service)) {
      onNamesChanged(service);
    }
  }

  private void onNamesChanged(Service service) {
    namesVersion = ++versions;
    clusters = null;
    if (open) {
      namesTouched = true;
      subscribers.onName(service.name());
    }
  }
}
