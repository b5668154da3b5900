package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Waits for those who may still believe to hold a role. The ledger hears of each before the change
 * that makes it needed. Its clock begins with the turn after the one in which it was said that its
 * former holder is told. Confined to the loop.
 */
final class RoleWaits {
  private final Registry registry;
  private final RoleTimers timers;

  /** Roles whose former holder of that name may still believe. */
  private final Map<InstanceKey, List<Role>> awaited = new HashMap<>();

  /** Their former holders have been told nothing else than that it is over since the last turn. */
  private List<Role> stopped = new ArrayList<>();

  RoleWaits(Registry registry, RoleTimers timers) {
    this.registry = registry;
    this.timers = timers;
  }

  /** First in a turn: what was told in the last one is told now. */
  void turn(Moment now) {
    if (stopped.isEmpty()) {
      return;
    }
    List<Role> beginning = stopped;
    stopped = new ArrayList<>();
    for (Role role : beginning) {
      RoleWait wait = role.wait;
      if (wait != null && !role.hasBegun) {
        role.hasBegun = true;
        timers.set(role, registry.awake(now) + wholeNanos(wait));
      }
    }
  }

  /** Its former holder is told. */
  void onTold(Role role) {
    stopped.add(role);
  }

  /** Nobody has it for a while. */
  void begin(Role role, RoleWait wait) {
    role.await(wait);
    timers.clear(role);
    List<Role> ofFormer = awaited.computeIfAbsent(wait.former(), key -> new ArrayList<>());
    if (!ofFormer.contains(role)) {
      ofFormer.add(role);
    }
    registry.outbox.note(new Note.RoleAwaited(role.name, wait.former(), wait));
  }

  /** Its former holder believes no more. */
  void end(Role role) {
    RoleWait over = role.wait;
    role.free();
    timers.clear(role);
    if (over != null) {
      awaited.computeIfPresent(
          over.former(), (key, all) -> all.remove(role) && all.isEmpty() ? null : all);
      registry.outbox.note(new Note.RoleAwaited(role.name, over.former(), null));
    }
  }

  /** Those that this incarnation may still believe to hold. */
  List<Role> of(Session session) {
    List<Role> mine = new ArrayList<>();
    for (Role role : awaited.getOrDefault(session.key, List.of())) {
      RoleWait wait = role.wait;
      if (wait != null && wait.isOf(session)) {
        mine.add(role);
      }
    }
    return mine;
  }

  private long wholeNanos(RoleWait wait) {
    Session former = registry.find(wait.former());
    return former != null && former.isLive() && wait.isOf(former)
        ? Math.max(wait.nanos(), nanos(former, former.entry))
        : wait.nanos();
  }

  /** Its timeout as in force. */
  static long nanos(Session session, Entry entry) {
    return session.times().holding(entry.hold().nanos()).timeoutNanos();
  }
}
