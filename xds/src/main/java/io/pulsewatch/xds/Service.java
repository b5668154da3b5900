package io.pulsewatch.xds;

import com.google.protobuf.ByteString;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One service: its instances, its pool, and what was made of that for the wire. Confined to the
 * extension's thread.
 */
final class Service {
  private final String name;
  private final Map<String, Member> members = new TreeMap<>();

  /** Names that the registry has, and that have no part in the pool any more, or never had. */
  private final Set<String> bare = new HashSet<>();

  /** Names of those who are alive, whether or not anybody may call them. */
  private final Set<String> living = new HashSet<>();

  private PoolRules.Pool pool = PoolRules.Pool.UNKNOWN;
  private List<Offer> shown = List.of();
  private @Nullable ByteString endpoints;
  private @Nullable Frame frame;
  private final Map<ResourceType, ByteString> named = new HashMap<>();

  /** 0: never published. */
  private long version;

  /** For the catalog: it waits to be looked at, and not before this. */
  boolean waiting;

  boolean wasSettled;
  long quietUntilNanos;

  Service(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /** The newest of one of its instances. */
  void put(Instance instance, long nowNanos) {
    String id = instance.getInstanceId();
    Member before = members.get(id);
    if (before != null && before.incarnation() != instance.getIncarnation()) {
      pool = pool.without(before);
    }
    if (instance.getState() == State.STATE_ALIVE) {
      living.add(id);
    } else {
      living.remove(id);
    }
    put(id, Member.of(instance, before, nowNanos));
  }

  /** The same of one that a snapshot tells of after its end. */
  void putEnded(Instance instance, long leftNanos, long nowNanos) {
    String id = instance.getInstanceId();
    Member before = members.get(id);
    Member after =
        before == null && nowNanos - leftNanos > PoolRules.WINDOW_NANOS
            ? null
            : Member.ofEnded(instance, before, leftNanos);
    living.remove(id);
    put(id, after);
  }

  private void put(String id, @Nullable Member after) {
    if (after == null) {
      bare.add(id);
    } else {
      bare.remove(id);
      members.put(id, after);
    }
  }

  /** The registry has it no more. */
  void remove(String id) {
    living.remove(id);
    bare.remove(id);
    members.remove(id);
  }

  /** Forgets all but these; who is not among them was removed while nobody listened. */
  void retain(Set<String> ids) {
    living.retainAll(ids);
    bare.retainAll(ids);
    members.keySet().retainAll(ids);
  }

  /** False once the registry has none of it. */
  boolean exists() {
    return !members.isEmpty() || !bare.isEmpty();
  }

  int size() {
    return members.size();
  }

  /** Its last endpoints are shown on although all are dead. */
  boolean isKept() {
    return pool.kept() != null;
  }

  boolean isSomebodyAlive() {
    return !living.isEmpty();
  }

  /** The time for which its last endpoints are shown on begins now. */
  void keepOn(long nowNanos) {
    pool = pool.keptOn(nowNanos);
  }

  /** True where those who are shown on have been shown for long enough. */
  boolean isKeptTooLong(long nowNanos) {
    PoolRules.Kept kept = pool.kept();
    return kept != null && nowNanos - kept.untilNanos() >= 0;
  }

  /**
   * Applies the rules.
   *
   * @param most endpoints that are shown
   * @param next the number of this version, if it becomes one
   * @return whether clients are to be told
   */
  boolean settle(long nowNanos, int most, long next) {
    pool = PoolRules.next(pool, members.values(), nowNanos);
    List<Member> told =
        pool.members().size() <= most ? pool.members() : pool.members().subList(0, most);
    List<Offer> now = new ArrayList<>(told.size());
    told.forEach(each -> now.add(each.offer()));
    forgetThoseWhoLeft(nowNanos);
    if (version != 0 && now.equals(shown)) {
      return false;
    }
    shown = now;
    version = next;
    endpoints = null;
    frame = null;
    return true;
  }

  /** 0: never published. */
  long version() {
    return version;
  }

  /** One of its resources, encoded once. */
  ByteString resource(ResourceType type) {
    if (type != ResourceType.ENDPOINTS) {
      return named.computeIfAbsent(type, wanted -> Resources.of(wanted, name));
    }
    ByteString known = endpoints;
    if (known == null) {
      known = EncodedPool.of(name, shown);
      endpoints = known;
    }
    return known;
  }

  /** An answer with its endpoints alone: the same for all who are told nothing else. */
  Frame endpointsFrame() {
    Frame known = frame;
    if (known == null) {
      Collection<ByteString> alone = List.of(resource(ResourceType.ENDPOINTS));
      String number = Long.toString(version);
      known = Frame.of(ResourceType.ENDPOINTS, number, "v" + number, alone);
      frame = known;
    }
    return known;
  }

  /** Not while they may be shown on: who registers anew takes the place of his former life. */
  private void forgetThoseWhoLeft(long nowNanos) {
    if (isKept()) {
      return;
    }
    for (Iterator<Map.Entry<String, Member>> each = members.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<String, Member> entry = each.next();
      Member member = entry.getValue();
      if (!member.standing().isThere() && nowNanos - member.leftNanos() > PoolRules.WINDOW_NANOS) {
        bare.add(entry.getKey());
        each.remove();
      }
    }
  }
}
