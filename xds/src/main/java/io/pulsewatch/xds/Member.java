package io.pulsewatch.xds;

import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One instance as its service's pool sees it. Immutable.
 *
 * @param leftNanos when it ceased to be a candidate; means nothing while it is one
 */
record Member(Offer offer, long incarnation, long timeoutNanos, Standing standing, long leftNanos) {

  /** What may be done with it. */
  enum Standing {
    /** A candidate, and well. */
    ALIVE,
    /** A candidate, but suspect, or back from one suspicion too many. */
    DOUBTED,
    /** There, and wants no work: it said so, or an operator did. */
    DRAINING,
    /** A candidate until it was called dead. */
    FALLEN,
    /** Gone by its own will, or after it wanted no work. */
    GONE;

    boolean isCandidate() {
      return this == ALIVE || this == DOUBTED;
    }

    /** It holds its address. */
    boolean isThere() {
      return isCandidate() || this == DRAINING;
    }
  }

  /**
   * What an instance is from now on.
   *
   * @param before what it was; null: nobody knew it
   * @return null where it offers nothing, and did not before
   */
  static @Nullable Member of(Instance now, @Nullable Member before, long nowNanos) {
    Address address = isLive(now) ? Address.of(now) : null;
    if (address == null) {
      return before == null ? null : before.ended(now.getState(), nowNanos);
    }
    long leftNanos = nowNanos;
    if (before == null) {
      leftNanos -= PoolRules.WINDOW_NANOS + 1; // it was never in the pool
    } else if (!before.standing.isCandidate()) {
      leftNanos = before.leftNanos;
    }
    return member(now, address, standing(now), leftNanos, before);
  }

  /**
   * What an instance is of which a snapshot says that it has ended. Clients may have called it
   * while nobody here listened.
   *
   * @param before what it was; null: nobody knew it
   * @param leftNanos when it ended
   * @return null where it offered nothing
   */
  static @Nullable Member ofEnded(Instance now, @Nullable Member before, long leftNanos) {
    if (before != null) {
      return before.ended(now.getState(), leftNanos);
    }
    Address address = Address.of(now);
    return address == null
        ? null
        : member(now, address, standing(now), leftNanos, null).ended(now.getState(), leftNanos);
  }

  Address address() {
    return offer.address();
  }

  int weight() {
    return offer.weight();
  }

  /** It is there, well or not. */
  static boolean isLive(Instance instance) {
    return instance.getState() == State.STATE_ALIVE || instance.getState() == State.STATE_SUSPECT;
  }

  /** What it is when nobody knows of it any more, and it never said that it leaves. */
  Member fallen(long nowNanos) {
    return ended(State.STATE_DEAD, nowNanos);
  }

  /** The same, having left then. */
  Member asOf(long leftNanos) {
    return new Member(offer, incarnation, timeoutNanos, standing, leftNanos);
  }

  static long millis(Timestamp time) {
    return TimeUnit.SECONDS.toMillis(time.getSeconds())
        + TimeUnit.NANOSECONDS.toMillis(time.getNanos());
  }

  private static Member member(
      Instance now, Address address, Standing standing, long leftNanos, @Nullable Member before) {
    Offer offer = new Offer(address, now.getZone(), Math.max(1, now.getWeight()));
    return new Member(
        offer.orSame(before == null ? null : before.offer),
        now.getIncarnation(),
        TimeUnit.SECONDS.toNanos(now.getTimeout().getSeconds()) + now.getTimeout().getNanos(),
        standing,
        leftNanos);
  }

  private Member ended(State state, long nowNanos) {
    if (!standing.isThere()) {
      return this;
    }
    boolean fallen = standing.isCandidate() && state == State.STATE_DEAD;
    return new Member(
        offer,
        incarnation,
        timeoutNanos,
        fallen ? Standing.FALLEN : Standing.GONE,
        standing.isCandidate() ? nowNanos : leftNanos);
  }

  private static Standing standing(Instance now) {
    boolean willing =
        switch (now.getOverride().getKind()) {
          case OVERRIDE_KIND_UNSPECIFIED ->
              now.getStatus() == Status.STATUS_SERVING || now.getStatus() == Status.STATUS_DEGRADED;
          case OVERRIDE_KIND_SERVING -> true;
          case OVERRIDE_KIND_MAINTENANCE, OVERRIDE_KIND_NOT_SERVING, UNRECOGNIZED -> false;
        };
    if (!willing) {
      return Standing.DRAINING;
    }
    return now.getState() == State.STATE_ALIVE && now.getServing()
        ? Standing.ALIVE
        : Standing.DOUBTED;
  }
}
