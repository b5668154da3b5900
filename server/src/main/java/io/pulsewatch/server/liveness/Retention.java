package io.pulsewatch.server.liveness;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long the dead stay readable: for the retention time, and at most as many as there are live
 * ones, with a floor. Wall time, since it is for people.
 *
 * <p>Confined to the loop.
 */
final class Retention {
  private final Registry registry;

  /** Oldest first. */
  private final Map<InstanceKey, Ended> ended = new LinkedHashMap<>();

  private record Ended(Session session, long sinceMillis) {}

  Retention(Registry registry) {
    this.registry = registry;
  }

  void onEnded(Session session, long wallMillis) {
    ended.put(session.key, new Ended(session, wallMillis));
  }

  /** The name has a new incarnation, or is removed. */
  void forget(InstanceKey key) {
    ended.remove(key);
  }

  /** Removes what is due, oldest first, within the limit of a turn. Returns how many. */
  int turn(Moment now) {
    int work = 0;
    while (!ended.isEmpty() && work < registry.settings.maxRemovalsPerTurn()) {
      Ended oldest = ended.values().iterator().next();
      if (!isDue(oldest, now)) {
        break;
      }
      registry.remove(oldest.session, List.of(), now);
      work++;
    }
    return work;
  }

  private boolean isDue(Ended oldest, Moment now) {
    int kept = Math.max(registry.settings.minEndedKept(), registry.live());
    return ended.size() > kept
        || now.wallMillis() - oldest.sinceMillis >= registry.settings.retentionMillis();
  }
}
