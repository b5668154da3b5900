package io.pulsewatch.xds;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who of a service's instances gets calls: a pure function.
 *
 * <ol>
 *   <li>An address that several hold belongs to the newest incarnation that is there.
 *   <li>Those who want no work are left out.
 *   <li>A doubted one is left out while at least half of the candidates are alive. Where fewer are,
 *       all stay: so many doubts at once say more about the network than about them.
 *   <li>A pool that would be empty, because more than half of those in it 10 s ago were called dead
 *       since, keeps these for one timeout more. Whoever is there meanwhile is added to them. The
 *       timeout begins when somebody in the registry is alive ({@link Pool#keptOn}): where nobody
 *       is, it is us who hear nothing.
 * </ol>
 *
 * Stateless.
 */
final class PoolRules {
  /** Verdicts that are so near to each other may have one cause. */
  static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private PoolRules() {}

  /**
   * Who is shown on although all are dead.
   *
   * @param timeoutNanos the greatest of their timeouts
   * @param untilNanos that time after the pool was empty, or later
   */
  record Kept(List<Member> members, long timeoutNanos, long untilNanos) {
    private static Kept from(long nowNanos, List<Member> members, long timeoutNanos) {
      return new Kept(members, timeoutNanos, nowNanos + timeoutNanos);
    }
  }

  /**
   * What follows from the rules.
   *
   * @param kept null: nobody is shown for the sake of the last rule
   */
  record Pool(List<Member> members, @Nullable Kept kept) {
    static final Pool EMPTY = new Pool(List.of(), null);

    /** Before the rules were ever applied: clients may know somebody all the same. */
    static final Pool UNKNOWN = new Pool(List.of(), null);

    @SuppressWarnings("ReferenceEquality") // it is equal to the empty one
    boolean maySomebodyBeShown() {
      return this == UNKNOWN || !members.isEmpty();
    }

    /** The same, and a former life of somebody who has registered anew is kept no more. */
    Pool without(Member former) {
      if (kept == null) {
        return this;
      }
      List<Member> others = new ArrayList<>(kept.members());
      others.removeIf(
          each ->
              each.incarnation() == former.incarnation()
                  && each.address().equals(former.address()));
      return new Pool(
          members,
          others.isEmpty()
              ? null
              : new Kept(List.copyOf(others), kept.timeoutNanos(), kept.untilNanos()));
    }

    /** The same, and those who are kept are so for their whole time from now on. */
    Pool keptOn(long nowNanos) {
      return kept == null
          ? this
          : new Pool(members, Kept.from(nowNanos, kept.members(), kept.timeoutNanos()));
    }
  }

  /**
   * Applies the rules.
   *
   * @param before what they said last
   * @param members all of the service, in the order in which they are to be shown; whoever left
   *     within the window must be among them
   */
  static Pool next(Pool before, Collection<Member> members, long nowNanos) {
    Map<Address, Member> holders = holders(members);
    List<Member> candidates = new ArrayList<>();
    int alive = 0;
    for (Member member : members) {
      if (member.standing().isCandidate() && member.equals(holders.get(member.address()))) {
        candidates.add(member);
        alive += member.standing() == Member.Standing.ALIVE ? 1 : 0;
      }
    }
    if (2 * alive >= candidates.size()) {
      candidates.removeIf(member -> member.standing() == Member.Standing.DOUBTED);
    }
    Kept kept = before.kept();
    if (kept != null && nowNanos - kept.untilNanos() >= 0) {
      kept = null;
    } else if (kept == null && candidates.isEmpty() && before.maySomebodyBeShown()) {
      kept = keep(members, nowNanos);
    }
    if (kept != null) {
      addKept(kept, holders, candidates);
    }
    return new Pool(List.copyOf(candidates), kept);
  }

  /** Of each address the newest incarnation that is there. */
  static Map<Address, Member> holders(Collection<Member> members) {
    Map<Address, Member> holders = new HashMap<>(2 * members.size());
    for (Member member : members) {
      if (member.standing().isThere()) {
        holders.merge(
            member.address(),
            member,
            (one, other) ->
                Long.compareUnsigned(one.incarnation(), other.incarnation()) >= 0 ? one : other);
      }
    }
    return holders;
  }

  /** Null where the pool is empty because its members wanted to leave it. */
  private static @Nullable Kept keep(Collection<Member> members, long nowNanos) {
    List<Member> fallen = new ArrayList<>();
    int left = 0;
    long timeoutNanos = 0;
    for (Member member : members) {
      if (member.standing().isCandidate() || nowNanos - member.leftNanos() > WINDOW_NANOS) {
        continue;
      }
      left++;
      if (member.standing() == Member.Standing.FALLEN) {
        fallen.add(member);
        timeoutNanos = Math.max(timeoutNanos, member.timeoutNanos());
      }
    }
    return 2 * fallen.size() > left ? Kept.from(nowNanos, List.copyOf(fallen), timeoutNanos) : null;
  }

  private static void addKept(Kept kept, Map<Address, Member> holders, List<Member> pool) {
    Set<Address> shown = new HashSet<>();
    for (Member member : kept.members()) {
      if (!holders.containsKey(member.address()) && shown.add(member.address())) {
        pool.add(member);
      }
    }
  }
}
