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

  /** All that the server knows, in any state. */
  private final Set<String> ids = new HashSet<>();

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

  /**
   * What was held until now counts, as of now: else its time would have passed before anybody could
   * act on it.
   */
  void onSure(long nowNanos) {
    touched = true;
    pool = pool.keptOn(nowNanos);
    members.replaceAll(
        (id, each) ->
            each.standing() == Member.Standing.FALLEN && shown.containsKey(id)
                ? each.asOf(nowNanos)
                : each);
  }

  /** The server knows nobody, and nobody gets calls. */
  boolean isNobody() {
    return ids.isEmpty() && shown.isEmpty() && members.isEmpty();
  }

  void put(Instance instance, long nowNanos) {
    ids.add(instance.getInstanceId());
    Instance now = chosen(instance);
    put(now, Member.of(now, members.get(now.getInstanceId()), nowNanos));
  }

  void remove(String id) {
    touched = true;
    ids.remove(id);
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
    ids.clear();
    for (Instance each : all) {
      ids.add(each.getInstanceId());
      vanished.remove(each.getInstanceId());
      if (Member.isLive(each)) {
        put(each, nowNanos);
        continue;
      }
      Instance now = chosen(each);
      long agoMillis = Math.max(0, newestMillis - Member.millis(each.getSince()));
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
    PoolRules.Pool now = PoolRules.next(pool, members.values(), nowNanos);
    if (sure) {
      pool = now; // else no time of it begins or passes
    }
    Map<String, Shown> next = new TreeMap<>();
    for (Member each : now.members()) {
      Instance instance = told.get(each.incarnation());
      if (instance != null) {
        show(next, new Shown(each, instance));
      }
    }
    if (!sure) {
      addThoseWhoMayStay(next);
    }
    shown = next;
    List<Instance> all = new ArrayList<>();
    next.values().forEach(each -> all.add(called(each)));
    instances = List.copyOf(all);
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

  /** Never two at one address. */
  private void addThoseWhoMayStay(Map<String, Shown> next) {
    Map<Address, Member> holders = PoolRules.holders(members.values());
    Set<Address> taken = new HashSet<>();
    next.values().forEach(each -> taken.add(each.member().address()));
    shown.forEach(
        (id, each) -> {
          Shown staying = staying(members.get(id), each, holders);
          if (staying != null && !next.containsKey(id) && taken.add(staying.member().address())) {
            next.put(id, staying);
          }
        });
  }

  /** Null where it may not stay: it left, or its address is another one's. */
  private @Nullable Shown staying(
      @Nullable Member now, Shown before, Map<Address, Member> holders) {
    if (now == null) {
      return null;
    }
    return switch (now.standing()) {
      case ALIVE, DOUBTED -> {
        Instance instance = told.get(now.incarnation());
        boolean isHolder = now.equals(holders.get(now.address()));
        yield isHolder && instance != null ? new Shown(now, instance) : null;
      }
      case FALLEN -> holders.containsKey(before.member().address()) ? null : before;
      case DRAINING, GONE -> null;
    };
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
