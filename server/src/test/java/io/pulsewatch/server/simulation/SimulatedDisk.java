package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Kept;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.OperatorOverride;
import io.pulsewatch.server.liveness.RoleWait;
import io.pulsewatch.server.liveness.Stretched;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What of the committed a process that begins finds. */
final class SimulatedDisk {
  private final Map<InstanceKey, Kept.Remembered> sessions = new LinkedHashMap<>();
  private final Map<InstanceKey, OperatorOverride> overrides = new HashMap<>();
  private final Map<String, RoleWait> waits = new LinkedHashMap<>();
  private Stretched stretched = Stretched.NOT;

  void onCommitted(Draft draft, Change change) {
    InstanceKey key = change.key();
    if (change.cause() == Cause.REMOVED) {
      sessions.remove(key);
    } else {
      sessions.put(key, new Kept.Remembered(change.after(), draft.memory()));
    }
    if (change.cause() == Cause.OVERRIDE || change.cause() == Cause.OVERRIDE_EXPIRED) {
      OperatorOverride override = change.after().override();
      if (override == null) {
        overrides.remove(key);
      } else {
        overrides.put(key, override);
      }
    }
  }

  void onKept(Note note) {
    if (note instanceof Note.Resumed resumed) {
      Kept.Remembered now = new Kept.Remembered(resumed.entry(), resumed.memory());
      sessions.computeIfPresent(note.key(), (key, before) -> now);
    } else if (note instanceof Note.Lifted) {
      overrides.remove(note.key());
    } else if (note instanceof Note.RoleAwaited awaited) {
      RoleWait wait = awaited.waiting();
      if (wait == null) {
        waits.remove(awaited.role());
      } else {
        waits.put(awaited.role(), wait);
      }
    }
  }

  void onKept(Stretched next) {
    stretched = next;
  }

  Kept read(long servedUntilMillis) {
    return new Kept(
        List.copyOf(sessions.values()),
        overrides,
        servedUntilMillis,
        0,
        stretched,
        List.copyOf(waits.values()));
  }
}
