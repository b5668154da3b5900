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

  /** The log names one not more often. */
  private static final long SAID_EACH_MILLIS = 1_000;

  private final String hook;
  private final int most;
  private final HookStore store;
  private final NavigableMap<Long, DeadLetter> byRevision = new TreeMap<>();

  /** Those that are sent again. */
  private final Set<Long> again = new HashSet<>();

  private long everBuried;
  private long evicted;
  private long saidMillis;
  private int unsaid;

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
    makeRoom();
  }

  /** Takes one that is tried no more. */
  void bury(DeadLetter dead) {
    Letter letter = dead.letter();
    everBuried++;
    byRevision.put(letter.revision(), dead);
    store.keep(hook, dead);
    say(dead);
    makeRoom();
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

  /** Since the start: those that made room, and are not to be had any more. */
  long evicted() {
    return evicted;
  }

  private void say(DeadLetter dead) {
    if (everBuried > 1 && Math.abs(dead.failedAtMillis() - saidMillis) < SAID_EACH_MILLIS) {
      unsaid++;
      return;
    }
    LOGGER.log(
        Level.WARNING,
        "hook {0}: {1} {2} is a dead letter after {3} attempts: {4} (pulsewatch hooks replay {0};"
            + " {5} more since this was last said)",
        hook,
        dead.letter().type(),
        dead.letter().subject(),
        dead.attempts(),
        dead.error(),
        unsaid);
    saidMillis = dead.failedAtMillis();
    unsaid = 0;
  }

  private void makeRoom() {
    while (byRevision.size() > most) {
      store.forget(hook, byRevision.pollFirstEntry().getKey());
      evicted++;
      if (Long.bitCount(evicted) == 1) { // the first, the 2nd, the 4th: the log stays short
        LOGGER.log(
            Level.ERROR,
            "hook {0}: more than {1} dead letters (limits.max_dead_letters); the oldest make room"
                + " and cannot be replayed one by one, {2} so far",
            hook,
            most,
            evicted);
      }
    }
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
