package io.pulsewatch.server.liveness;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When something is to be done about a role: one instant for each, so that there are never more of
 * them than roles. Confined to the loop.
 */
final class RoleTimers {
  private final NavigableSet<Timer> timers =
      new TreeSet<>(
          ((Comparator<Timer>) (one, other) -> Long.signum(one.atNanos - other.atNanos))
              .thenComparing(timer -> timer.role.name));

  /** In the loop's awake time. */
  record Timer(long atNanos, Role role) {}

  /** The role's only one from now on. */
  void set(Role role, long atNanos) {
    clear(role);
    Timer timer = new Timer(atNanos, role);
    role.timer = timer;
    timers.add(timer);
  }

  void clear(Role role) {
    Timer timer = role.timer;
    if (timer != null) {
      role.timer = null;
      timers.remove(timer);
    }
  }

  /** The next one whose time has come, without its timer; null: none. */
  @Nullable Role poll(long awakeNanos) {
    if (timers.isEmpty() || timers.first().atNanos - awakeNanos > 0) {
      return null;
    }
    Role role = timers.first().role;
    clear(role);
    return role;
  }

  int size() {
    return timers.size();
  }
}
