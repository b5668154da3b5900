package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Released;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a heartbeat that is a sign of life all the same: each fault is told, and the
 * rest of the message counts.
 */
final class HeartbeatChecks {
  private static final long MAX_HOLD_NANOS = TimeUnit.MINUTES.toNanos(5);

  private HeartbeatChecks() {}

  /** Takes each fault. */
  interface Faults {
    void reject(Heartbeat heartbeat, String reason, String field, String description);
  }

  static void check(Heartbeat heartbeat, Faults faults) {
    if (heartbeat.getStatus() == Status.UNRECOGNIZED) {
      faults.reject(
          heartbeat,
          "BAD_STATUS",
          "status",
          "Unknown number " + heartbeat.getStatusValue() + "; the status stays as it was.");
    }
    if (isTooLong(heartbeat.getNote())) {
      faults.reject(
          heartbeat, "NOTE_TOO_LONG", "note", "At most 1024 bytes; the note was dropped.");
    }
    if (hasTooMuchProgress(heartbeat)) {
      faults.reject(heartbeat, "TOO_MANY", "progress", "At most 16 counters; they were dropped.");
    }
    if (hasTooManyReleased(heartbeat)) {
      faults.reject(
          heartbeat,
          "TOO_MANY",
          "roles_released",
          "At most 16 names and 16 tokens; they were dropped.");
    }
    if (Nanos.of(heartbeat.getHold()) < 0) {
      faults.reject(heartbeat, "BAD_HOLD", "hold", "Below 0; it was dropped. Go on beating.");
    }
  }

  /** The announced pause; 0 where there is none. At most as long as it may be. */
  static long holdNanos(Heartbeat heartbeat) {
    return heartbeat.hasHold()
        ? Math.max(0, Math.min(MAX_HOLD_NANOS, Nanos.of(heartbeat.getHold())))
        : 0;
  }

  static boolean hasTooMuchProgress(Heartbeat heartbeat) {
    return heartbeat.getProgressCount() > Registrations.MAX_PROGRESS_RULES;
  }

  /** Roles that it gives up; null where there are none. */
  static @Nullable Released released(Heartbeat heartbeat) {
    boolean none =
        heartbeat.getRolesReleasedCount() == 0 && heartbeat.getRoleTokensReleasedCount() == 0;
    return none || hasTooManyReleased(heartbeat)
        ? null
        : new Released(
            Set.copyOf(heartbeat.getRoleTokensReleasedList()),
            Set.copyOf(heartbeat.getRolesReleasedList()));
  }

  private static boolean hasTooManyReleased(Heartbeat heartbeat) {
    return heartbeat.getRolesReleasedCount() > Registrations.MAX_ROLES
        || heartbeat.getRoleTokensReleasedCount() > Registrations.MAX_ROLES;
  }

  static boolean isTooLong(String note) {
    return note.length() > Names.MAX_TEXT_BYTES / 4
        && note.getBytes(StandardCharsets.UTF_8).length > Names.MAX_TEXT_BYTES;
  }
}
