package io.pulsewatch.xds;

import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One service of {@link LivePools}: its members, and who of them gets calls. Confined with it. */
final class Roster {
  private final String endpoint;
  private final Map<String, Member> members = new TreeMap<>();

  /** What was told last of each incarnation that is a member or shown; none is given twice. */
  private final Map<Long, Instance> told = new HashMap<>();

  private final Set<String> withoutAddress = new TreeSet<>();
  private PoolRules.Pool pool = PoolRules.Pool.UNKNOWN;
  private Map<String, Shown> shown = Map.of();
  private List<Instance> instances = List.of();
  private boolean touched = true;

  /** Who gets calls, as the rules know him and as he is told. */
  private record Shown(Member member, Instance instance) {}

  Roster(String endpoint) {
    this.endpoint = endpoint;
  }

  /** Something outside of it has changed. */
  void touch() {
    touched = true;
  }

  void put(Instance instance, long nowNanos) {
    Instance now = chosen(instance);
    put(now, Member.of(now, members.get(now.getInstanceId()), nowNanos));
  }

  void remove(String id) {
    touched = true;
    members.remove(id);
    withoutAddress.remove(id);
  }

  /**
   * The whole service anew.
   *
   * @param newestMillis the newest time in the snapshot: there is none but that, by the server's
   *     clock
   */
  void replace(Collection<Instance> all, long newestMillis, long nowNanos) {
    Set<String> vanished = new HashSet<>(members.keySet());
    withoutAddress.clear();
    for (Instance each : all) {
      vanished.remove(each.getInstanceId());
      if (Member.isLive(each)) {
        put(each, nowNanos);
        continue;
      }
      Instance now = chosen(each);
      long agoMillis = Math.max(0, newestMillis - LivePools.millis(each.getSince()));
      long leftNanos = nowNanos - TimeUnit.MILLISECONDS.toNanos(agoMillis);
      put(now, Member.ofEnded(now, members.get(now.getInstanceId()), leftNanos));
    }
    for (String each : vanished) {
      members.computeIfPresent(
          each,
          (id, member) ->
              switch (member.standing()) {
                case ALIVE, DOUBTED, FALLEN -> member.fallen(nowNanos);
                case DRAINING, GONE -> null;
              });
    }
    touched = true;
  }

  Set<String> withoutAddress() {
    return withoutAddress;
  }

  long untilNextNanos(long nowNanos) {
    PoolRules.Kept kept = pool.kept();
    return kept == null ? Long.MAX_VALUE : Math.max(0, kept.untilNanos() - nowNanos);
  }

  /**
   * Applies the rules, if anything has changed.
   *
   * @param sure whether who is missing, dead or doubted may be dropped
   */
  List<Instance> look(long nowNanos, boolean sure) {
    if (!touched && untilNextNanos(nowNanos) > 0) {
      return instances;
    }
    touched = false;
    pool = PoolRules.next(pool, members.values(), nowNanos);
    Map<String, Shown> next = new TreeMap<>();
    for (Member each : pool.members()) {
      Instance instance = told.get(each.incarnation());
      if (instance != null) {
        show(next, new Shown(each, instance));
      }
    }
    if (!sure) {
      addThoseWhoMayStay(next);
    }
    shown = next;
    List<Instance> now = new ArrayList<>();
    next.values().forEach(each -> now.add(called(each)));
    instances = List.copyOf(now);
    forget(nowNanos);
    return instances;
  }

  private void put(Instance now, @Nullable Member after) {
    String id = now.getInstanceId();
    touched = true;
    if (after == null && Member.isLive(now)) {
      withoutAddress.add(id);
    } else {
      withoutAddress.remove(id);
    }
    if (after == null) {
      members.remove(id);
      return;
    }
    members.put(id, after);
    if (now.getIncarnation() == after.incarnation()) {
      told.put(after.incarnation(), now);
    }
  }

  /** Of an id the newer one: a former life of it may be kept at another address. */
  private static void show(Map<String, Shown> next, Shown each) {
    next.merge(
        each.instance().getInstanceId(),
        each,
        (one, other) ->
            Long.compareUnsigned(one.member().incarnation(), other.member().incarnation()) > 0
                ? one
                : other);
  }

  private void addThoseWhoMayStay(Map<String, Shown> next) {
    Set<Address> held = new HashSet<>();
    for (Member each : members.values()) {
      if (each.standing().isThere()) {
        held.add(each.address());
      }
    }
    next.values().forEach(each -> held.add(each.member().address()));
    shown.forEach(
        (id, each) -> {
          Member now = members.get(id);
          boolean left =
              now == null
                  || now.standing() == Member.Standing.GONE
                  || now.standing() == Member.Standing.DRAINING;
          boolean itsOwn =
              now != null
                  && now.standing().isThere()
                  && now.incarnation() == each.member().incarnation();
          if (!left && (itsOwn || !held.contains(each.member().address()))) {
            next.putIfAbsent(id, each);
          }
        });
  }

  /** The endpoint of the name that is wanted, alone; else all, and {@link Address} chooses. */
  private Instance chosen(Instance instance) {
    if (endpoint.isEmpty()) {
      return instance;
    }
    Instance.Builder now = instance.toBuilder().clearEndpoints();
    for (Endpoint each : instance.getEndpointsList()) {
      if (each.getName().equalsIgnoreCase(endpoint)) {
        return now.addEndpoints(each).build();
      }
    }
    return now.build();
  }

  private static Instance called(Shown each) {
    Address address = each.member().address();
    return each.instance().toBuilder()
        .setWeight(each.member().weight())
        .clearEndpoints()
        .addEndpoints(Endpoint.newBuilder().setHost(address.host()).setPort(address.port()))
        .build();
  }

  private void forget(long nowNanos) {
    members
        .values()
        .removeIf(
            each ->
                !each.standing().isThere()
                    && nowNanos - each.leftNanos() > PoolRules.WINDOW_NANOS
                    && !shown.containsKey(idOf(each)));
    Set<Long> known = new HashSet<>();
    members.values().forEach(each -> known.add(each.incarnation()));
    shown.values().forEach(each -> known.add(each.member().incarnation()));
    told.keySet().retainAll(known);
  }

  private String idOf(Member member) {
    Instance instance = told.get(member.incarnation());
    return instance == null ? "" : instance.getInstanceId();
  }
}
