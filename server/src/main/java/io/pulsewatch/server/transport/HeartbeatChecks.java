package io.pulsewatch.server.transport;

import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.Status;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

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

  static boolean isTooLong(String note) {
    return note.length() > Names.MAX_TEXT_BYTES / 4
        && note.getBytes(StandardCharsets.UTF_8).length > Names.MAX_TEXT_BYTES;
  }
}
