package io.pulsewatch.server.liveness;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One named role: who stands for it, who holds it, and who may still believe so.
 *
 * <p>Of those who may be granted it the one with the greatest weight goes first, then who
 * registered first. Whom it is meant for goes before all, and whom it was taken from after all,
 * until it is granted.
 *
 * <p>Confined to the loop.
 */
final class Role {
  private static final Comparator<Candidate> ORDER =
      Comparator.comparingInt(Candidate::weight)
          .reversed()
          .thenComparingLong(Candidate::incarnation);

  final String name;
  private final Map<InstanceKey, Candidate> standing = new HashMap<>();
  private final NavigableSet<Candidate> order = new TreeSet<>(ORDER);

  /** To whom it is granted, committed or not; null while nobody has it. */
  @Nullable Session holder;

  /** Of the newest grant. */
  long token;

  /** The grant is committed, and the holder is told. */
  boolean isTold;

  /** Why nobody is granted it for a while; null where anybody may be. */
  @Nullable RoleWait wait;

  /** From here on that wait counts. */
  boolean hasBegun;

  /** Somebody has to look whether it can be granted, or must be taken. */
  boolean isDue;

  /** When its wait is over, or it is looked at again; null: neither. */
  RoleTimers.@Nullable Timer timer;

  private @Nullable InstanceKey meantFor;
  private @Nullable InstanceKey takenFrom;

  /** Somebody who stands for a role, as it was when it was put in its place. */
  private record Candidate(Session session, int weight, long incarnation) {}

  Role(String name) {
    this.name = name;
  }

  /** Stands for it, or stands for it with another weight now. */
  void stand(Session session) {
    Entry entry = session.entry;
    Candidate next = new Candidate(session, entry.details().weight(), entry.incarnation());
    Candidate known = standing.put(session.key, next);
    if (known != null) {
      order.remove(known);
    }
    order.add(next);
  }

  void withdraw(InstanceKey key) {
    Candidate known = standing.remove(key);
    if (known != null) {
      order.remove(known);
    }
  }

  boolean hasStanding(InstanceKey key) {
    return standing.containsKey(key);
  }

  /** Of anybody who stands for it. */
  long longestTimeoutNanos() {
    long longest = 0;
    for (Candidate candidate : order) {
      longest = Math.max(longest, candidate.session.times().timeoutNanos());
    }
    return longest;
  }

  int candidates() {
    return standing.size();
  }

  /** Nothing is left to know of it. */
  boolean isForgotten() {
    return holder == null && wait == null && standing.isEmpty();
  }

  /** True where the holder has it by what it was told, and may be asked to give it up. */
  boolean isHeldBy(@Nullable Session session) {
    return session != null && holder == session && isTold;
  }

  /** Who is granted it next; null where nobody may be. */
  @Nullable Session next() {
    Session otherwise = null;
    for (Candidate candidate : order) {
      Session session = candidate.session;
      if (!isEligible(session) || session == holder) {
        continue;
      }
      if (meantFor == null ? !session.key.equals(takenFrom) : session.key.equals(meantFor)) {
        return session;
      }
      otherwise = otherwise == null || otherwise.key.equals(takenFrom) ? session : otherwise;
    }
    return otherwise;
  }

  /** Who stands for it and may be granted it now; null where that one may not. */
  @Nullable Session eligible(InstanceKey key) {
    Candidate candidate = standing.get(key);
    return candidate == null || !isEligible(candidate.session) ? null : candidate.session;
  }

  /** It serves, we have heard it ourselves, and it can be told. */
  private static boolean isEligible(Session session) {
    return session.entry.serving() && !session.lost && !session.recalled && !session.isUngranted();
  }

  void grant(Session session, long itsToken) {
    holder = session;
    token = itsToken;
    isTold = false;
    meantFor = null;
    takenFrom = null;
  }

  /** Nobody holds it, and nobody is granted it until {@link #free}. */
  void await(RoleWait next) {
    holder = null;
    wait = next;
    hasBegun = false;
  }

  /** Its former holder believes in itself no longer. */
  void free() {
    RoleWait over = wait;
    if (over != null && over.isTaken()) {
      meantFor = over.successor();
      takenFrom = over.former();
    }
    wait = null;
    hasBegun = false;
  }
}
