package io.pulsewatch.server.liveness;

import org.jspecify.annotations.Nullable;

/**
 * A role that nobody is granted for a while, since its former holder may still believe to hold it.
 * Immutable.
 *
 * @param former who held it
 * @param incarnation of the former holder
 * @param token by which it was held
 * @param nanos how long the former holder can believe: its timeout as in force
 * @param isTaken it was taken from a living holder, which may confirm; else that was superseded
 * @param successor for whom it was taken; null: for whoever is next
 * @param reason why it was taken, for people
 * @param sinceMillis wall time since which nobody holds it
 * @param freeAtMillis wall time at which the wait is over at the latest, for people
 */
public record RoleWait(
    String role,
    InstanceKey former,
    long incarnation,
    long token,
    long nanos,
    boolean isTaken,
    @Nullable InstanceKey successor,
    String reason,
    long sinceMillis,
    long freeAtMillis) {

  /** The same, from now on: nobody knows when it began. */
  RoleWait anew(Moment now) {
    return new RoleWait(
        role,
        former,
        incarnation,
        token,
        nanos,
        isTaken,
        successor,
        reason,
        sinceMillis,
        now.wallMillis() + nanos / 1_000_000);
  }

  /**
   * Its former holder is superseded meanwhile, and confirms nothing any more.
   *
   * @param inForceNanos its timeout by then: it may have been stretched, or have announced a pause
   */
  RoleWait unconfirmed(long inForceNanos, Moment now) {
    long wholeNanos = Math.max(nanos, inForceNanos);
    return new RoleWait(
        role,
        former,
        incarnation,
        token,
        wholeNanos,
        false,
        successor,
        reason,
        sinceMillis,
        Math.max(freeAtMillis, now.wallMillis() + wholeNanos / 1_000_000));
  }

  boolean isOf(Session session) {
    return former.equals(session.key) && incarnation == session.entry.incarnation();
  }
}
