package io.pulsewatch.server.liveness;

import static io.pulsewatch.server.liveness.Rig.MS;
import static io.pulsewatch.server.liveness.Rig.SECOND;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A kernel, and one that goes on where it stopped. Confined to the test's thread. */
final class Restart {
  static final long DOWN_MILLIS = 60_000;

  final Rig before;
  final Rig after;
  List<Entry> recalled = List.of();

  /** The wait that the first one named when it stopped. */
  long goodbyeNanos;

  /** By how much the first one stretched times. */
  Stretched stretched = Stretched.NOT;

  Restart() {
    this(Settings.DEFAULT);
  }

  Restart(Settings settings) {
    before = new Rig(0, settings);
    after = new Rig(500 * SECOND, settings);
  }

  /** What a ledger would have kept of the first. */
  Kept kept() {
    Map<InstanceKey, Kept.Remembered> newest = new LinkedHashMap<>();
    for (int i = 0; i < before.drafts.size(); i++) {
      Draft draft = before.drafts.get(i);
      newest.put(draft.key(), new Kept.Remembered(before.changes.get(i).after(), draft.memory()));
      if (draft.cause() == Cause.REMOVED) {
        newest.remove(draft.key());
      }
    }
    Map<String, RoleWait> waits = new LinkedHashMap<>();
    for (Note note : before.notes) {
      if (note instanceof Note.Resumed resumed) {
        newest.put(note.key(), new Kept.Remembered(resumed.entry(), resumed.memory()));
      } else if (note instanceof Note.RoleAwaited awaited) {
        RoleWait wait = awaited.waiting();
        if (wait == null) {
          waits.remove(awaited.role());
        } else {
          waits.put(awaited.role(), wait);
        }
      }
    }
    return new Kept(
        List.copyOf(newest.values()),
        Map.of(),
        before.wallMillis(),
        goodbyeNanos,
        stretched,
        List.copyOf(waits.values()));
  }

  void restart() {
    after.run(DOWN_MILLIS * MS); // its wall clock began with the other one's
    recalled = after.kernel.recall(kept(), after.now());
  }

  /** Somebody comes to the second one with a stream. */
  ManualClient back(Consumer<ManualClient> with) {
    ManualClient client = after.client();
    with.accept(client);
    client.register();
    after.turn();
    return client;
  }
}
