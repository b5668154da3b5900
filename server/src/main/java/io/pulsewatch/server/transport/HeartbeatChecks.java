package io.pulsewatch.server.transport;

import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.Status;
import java.nio.charset.StandardCharsets;

/**
 * What is wrong with a heartbeat that is a sign of life all the same: each fault is told, and the
 * rest of the message counts.
 */
final class HeartbeatChecks {

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
    if (heartbeat.hasHold()) {
      faults.reject(
          heartbeat, "UNIMPLEMENTED", "hold", "This release knows no hold; go on beating.");
    }
  }

  static boolean hasTooMuchProgress(Heartbeat heartbeat) {
    return heartbeat.getProgressCount() > Registrations.MAX_PROGRESS_RULES;
  }

  static boolean isTooLong(String note) {
    return note.length() > Names.MAX_TEXT_BYTES / 4
        && note.getBytes(StandardCharsets.UTF_8).length > Names.MAX_TEXT_BYTES;
  }
}
