package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The public face of one (service, instance id) at one revision. Immutable, but for its vitals.
 *
 * @param revision of its last change; 0 while that is not committed
 * @param sinceMillis wall time at which it entered its state
 * @param vitals the live numbers
 * @param hold the announced pause that is in force
 * @param settling back from one suspicion too many: not serving for a while
 * @param roles what it holds, by name; an ended one holds nothing
 */
public record Entry(
    InstanceKey key,
    long incarnation,
    long revision,
    State state,
    Status status,
    @Nullable OperatorOverride override,
    Details details,
    Times times,
    long sinceMillis,
    Vitals vitals,
    Hold hold,
    boolean settling,
    List<HeldRole> roles) {
  public Entry {
    roles = List.copyOf(roles);
  }

  /** Without a hold or a role, and settled. */
  public Entry(
      InstanceKey key,
      long incarnation,
      long revision,
      State state,
      Status status,
      @Nullable OperatorOverride override,
      Details details,
      Times times,
      long sinceMillis,
      Vitals vitals) {
    this(
        key,
        incarnation,
        revision,
        state,
        status,
        override,
        details,
        times,
        sinceMillis,
        vitals,
        Hold.NONE,
        false,
        List.of());
  }

  /** What follows from state, status and override: may it get work? */
  public boolean serving() {
    if (state != State.ALIVE) {
      return false;
    }
    if (override == null) {
      return !settling && (status == Status.SERVING || status == Status.DEGRADED);
    }
    return override.kind() == OperatorOverride.Kind.SERVING;
  }

  /** The same at its revision, once the ledger has given it one. */
  public Entry at(long committed) {
    return copy(committed, state, status, override, sinceMillis);
  }

  /** The same in a later process. */
  Entry recalled(Vitals now, Hold anew) {
    return new Entry(
        key,
        incarnation,
        revision,
        state,
        status,
        override,
        details,
        times,
        sinceMillis,
        now,
        anew,
        settling,
        roles);
  }

  Entry in(State next, Moment now) {
    Entry after = copy(0, next, status, override, next == state ? sinceMillis : now.wallMillis());
    Entry settled = next == State.ALIVE ? after : after.settling(false);
    return next.isLive() ? settled : settled.holding(Hold.NONE).holdingRoles(List.of());
  }

  /** It holds one role more. */
  Entry granted(HeldRole role) {
    List<HeldRole> all = new ArrayList<>(roles);
    all.add(role);
    all.sort(Comparator.comparing(HeldRole::name));
    return holdingRoles(all);
  }

  Entry withoutRole(String role) {
    return holdingRoles(roles.stream().filter(held -> !held.name().equals(role)).toList());
  }

  private Entry holdingRoles(List<HeldRole> next) {
    return new Entry(
        key,
        incarnation,
        0,
        state,
        status,
        override,
        details,
        times,
        sinceMillis,
        vitals,
        hold,
        settling,
        next);
  }

  Entry reporting(Status next) {
    return copy(0, state, next, override, sinceMillis);
  }

  Entry overriddenBy(@Nullable OperatorOverride next) {
    return copy(0, state, status, next, sinceMillis);
  }

  Entry declaring(Details next, Times granted) {
    return changed(next, granted, hold, settling);
  }

  Entry holding(Hold next) {
    return changed(details, times, next, settling);
  }

  Entry settling(boolean next) {
    return changed(details, times, hold, next);
  }

  private Entry changed(Details said, Times granted, Hold announced, boolean unsettled) {
    return new Entry(
        key,
        incarnation,
        0,
        state,
        status,
        override,
        said,
        granted,
        sinceMillis,
        vitals,
        announced,
        unsettled,
        roles);
  }

  private Entry copy(long rev, State st, Status said, @Nullable OperatorOverride over, long since) {
    return new Entry(
        key,
        incarnation,
        rev,
        st,
        said,
        over,
        details,
        times,
        since,
        vitals,
        hold,
        settling,
        roles);
  }
}
