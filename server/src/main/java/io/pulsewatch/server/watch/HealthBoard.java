package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What grpc.health says of each name, and who wants to hear of it.
 *
 * <p>The values follow from the {@link CommittedView}, but for one thing: a suspect that was
 * serving keeps its value for a second; one that flaps too often is as unknown as a suspect until
 * it has settled. The board keeps the suspects whose second is over.
 *
 * <p>Written on the fan-out thread; {@link #of} and {@link #list} by any thread.
 */
public final class HealthBoard {
  static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MAX_PER_TURN = 1_000;

  /** Pulsewatch itself. */
  private static final String ITSELF = "";

  private final CommittedView view;
  private final BooleanSupplier serving;

  /** Suspects that keep their value, and until when; the oldest first. */
  private final Map<InstanceKey, Long> graced = new LinkedHashMap<>();

  private final Set<InstanceKey> doubted = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> doubtedOf = new ConcurrentHashMap<>();
  private final Map<String, Set<HealthWatch>> watches = new HashMap<>();
  private final Set<String> stale = new LinkedHashSet<>();

  private int size;
  private long nowNanos;

  HealthBoard(CommittedView view, BooleanSupplier serving, long nowNanos) {
    this.view = view;
    this.serving = serving;
    this.nowNanos = nowNanos;
  }

  /**
   * Null where nobody has that name: a service's, `service/instance_id`, or the empty one of
   * Pulsewatch itself.
   */
  public @Nullable Health of(String name) {
    if (name.equals(ITSELF)) {
      return serving.getAsBoolean() ? Health.SERVING : Health.NOT_SERVING;
    }
    int slash = name.indexOf('/');
    if (slash < 0) {
      ServiceSummary service = view.service(name);
      return service == null ? null : of(service);
    }
    Entry entry = view.find(new InstanceKey(name.substring(0, slash), name.substring(slash + 1)));
    return entry == null ? null : of(entry);
  }

  /**
   * Pulsewatch itself and all services, in order; null if there are more services than {@code
   * most}.
   */
  public @Nullable Map<String, Health> list(int most) {
    Map<String, Health> all = new LinkedHashMap<>();
    all.put(ITSELF, serving.getAsBoolean() ? Health.SERVING : Health.NOT_SERVING);
    for (ServiceSummary service : view.servicesFrom("")) {
      if (all.size() > most) {
        return null;
      }
      all.put(service.service(), of(service));
    }
    return all;
  }

  /**
   * Takes what a ledger kept. The second of a suspect began when it became one, perhaps in an
   * earlier process; of one that settles it is over.
   */
  void begin(Collection<Entry> kept, long wallMillis) {
    kept.stream()
        .filter(Health::isWavering)
        .sorted(Comparator.comparingLong(Entry::sinceMillis))
        .forEach(entry -> begin(entry, wallMillis));
  }

  private void begin(Entry entry, long wallMillis) {
    long sinceMillis = Math.max(0, wallMillis - entry.sinceMillis());
    long left = GRACE_NANOS - TimeUnit.MILLISECONDS.toNanos(sinceMillis);
    if (entry.settling() || left <= 0) {
      doubt(entry.key());
    } else {
      graced.put(entry.key(), nowNanos + left);
    }
  }

  void onChanges(List<Change> changes) {
    for (Change change : changes) {
      note(change.cause() == Cause.REMOVED ? null : change.after(), change.key());
      touch(change.key());
    }
    tell();
  }

  /** Ends the seconds that are over. Returns how many. */
  int turn(long now) {
    nowNanos = now;
    int work = 0;
    stale.add(ITSELF);
    Iterator<Map.Entry<InstanceKey, Long>> oldest = graced.entrySet().iterator();
    while (work < MAX_PER_TURN && oldest.hasNext()) {
      Map.Entry<InstanceKey, Long> next = oldest.next();
      if (now - next.getValue() < 0) {
        break;
      }
      oldest.remove();
      doubt(next.getKey());
      touch(next.getKey());
      work++;
    }
    tell();
    return work;
  }

  void add(HealthWatch watch) {
    watches.computeIfAbsent(watch.name(), name -> new LinkedHashSet<>()).add(watch);
    size++;
  }

  void remove(HealthWatch watch) {
    Set<HealthWatch> others = watches.getOrDefault(watch.name(), Set.of());
    if (others.contains(watch)) {
      others.remove(watch);
      size--;
      if (others.isEmpty()) {
        watches.remove(watch.name());
      }
    }
  }

  /** Watches of other names than Pulsewatch itself. */
  List<HealthWatch> ofOthers() {
    List<HealthWatch> others = new ArrayList<>();
    watches.values().forEach(others::addAll);
    others.removeIf(this::isOfItself);
    return others;
  }

  boolean isOfItself(HealthWatch watch) {
    return watch.name().equals(ITSELF);
  }

  int watchesOfItself() {
    return watches.getOrDefault(ITSELF, Set.of()).size();
  }

  /** Ends all watches. */
  void end() {
    watches.values().forEach(all -> all.forEach(watch -> watch.end(End.GOODBYE)));
    watches.clear();
    size = 0;
  }

  int watches() {
    return size;
  }

  private Health of(Entry entry) {
    if (entry.serving()) {
      return Health.SERVING;
    }
    if (!Health.isWavering(entry)) {
      return Health.NOT_SERVING;
    }
    return doubted.contains(entry.key()) ? Health.UNKNOWN : Health.SERVING;
  }

  private Health of(ServiceSummary service) {
    int unknown = doubtedOf.getOrDefault(service.service(), 0);
    if (service.serving() > 0 || service.wavering() > unknown) {
      return Health.SERVING;
    }
    return service.wavering() > 0 ? Health.UNKNOWN : Health.NOT_SERVING;
  }

  private void note(@Nullable Entry entry, InstanceKey key) {
    if (entry != null && Health.isWavering(entry)) {
      if (!doubted.contains(key)) {
        graced.putIfAbsent(key, nowNanos + GRACE_NANOS);
      }
      return;
    }
    graced.remove(key);
    if (doubted.remove(key)) {
      doubtedOf.computeIfPresent(key.service(), (name, n) -> n == 1 ? null : n - 1);
    }
  }

  private void doubt(InstanceKey key) {
    doubted.add(key);
    doubtedOf.merge(key.service(), 1, Integer::sum);
  }

  private void touch(InstanceKey key) {
    if (!watches.isEmpty()) {
      stale.add(key.service());
      stale.add(key.toString());
    }
  }

  private void tell() {
    for (String name : stale) {
      Set<HealthWatch> concerned = watches.getOrDefault(name, Set.of());
      if (!concerned.isEmpty()) {
        Health health = of(name);
        concerned.forEach(watch -> watch.tell(health));
      }
    }
    stale.clear();
  }
}
