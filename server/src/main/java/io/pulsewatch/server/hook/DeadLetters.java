package io.pulsewatch.server.hook;

import com.google.protobuf.InvalidProtocolBufferException;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** What one hook could not deliver, oldest first. Confined to the hooks' thread. */
final class DeadLetters {
  private static final System.Logger LOGGER = System.getLogger("io.pulsewatch");

  private final String hook;
  private final int most;
  private final HookStore store;
  private final NavigableMap<Long, DeadLetter> byRevision = new TreeMap<>();

  /** Those that are sent again. */
  private final Set<Long> again = new HashSet<>();

  private long everBuried;

  /**
   * Begins with what an earlier process left.
   *
   * @param most past it the oldest makes room
   */
  DeadLetters(String hook, int most, HookStore store, Letters letters) {
    this.hook = hook;
    this.most = most;
    this.store = store;
    for (HookStore.Kept each : store.deadLetters(hook)) {
      recall(each, letters);
    }
  }

  /** Takes one that is tried no more. */
  void bury(DeadLetter dead) {
    Letter letter = dead.letter();
    everBuried++;
    byRevision.put(letter.revision(), dead);
    store.keep(hook, dead);
    LOGGER.log(
        Level.WARNING,
        "hook {0}: {1} {2} is a dead letter after {3} attempts: {4} (pulsewatch hooks replay {0})",
        hook,
        letter.type(),
        letter.subject(),
        dead.attempts(),
        dead.error());
    if (byRevision.size() > most) {
      store.forget(hook, byRevision.pollFirstEntry().getKey());
    }
  }

  /** Takes those to be sent again that are not on their way. */
  List<Letter> takeAgain() {
    return byRevision.values().stream()
        .map(DeadLetter::letter)
        .filter(letter -> again.add(letter.revision()))
        .toList();
  }

  /** One that was sent again is received. */
  void onDelivered(long revision) {
    if (byRevision.remove(revision) != null) {
      store.forget(hook, revision);
    }
  }

  /** One that was sent again is not on its way any more. */
  void onDone(long revision) {
    again.remove(revision);
  }

  List<DeadLetter> all() {
    return List.copyOf(byRevision.values());
  }

  int size() {
    return byRevision.size();
  }

  /** Since the start. */
  long everBuried() {
    return everBuried;
  }

  private void recall(HookStore.Kept kept, Letters letters) {
    try {
      Letter letter = letters.of(kept.revision(), kept.original());
      byRevision.put(
          kept.revision(),
          new DeadLetter(letter, kept.attempts(), kept.error(), kept.failedAtMillis()));
    } catch (InvalidProtocolBufferException e) {
      LOGGER.log(Level.WARNING, "hook {0}: a dead letter is damaged, and dropped", hook);
      store.forget(hook, kept.revision());
    }
  }
}
