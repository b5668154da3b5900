package io.pulsewatch.server.liveness;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * How long the dead stay readable: for the retention time, and at most as many as there are live
 * ones, with a floor. Wall time, since it is for people.
 *
 * <p>Confined to the loop.
 */
final class Retention {
  private final Registry registry;
  private final Deque<Ended> ended = new ArrayDeque<>();

  private record Ended(Session session, long sinceMillis) {}

  Retention(Registry registry) {
    this.registry = registry;
  }

  void onEnded(Session session, Moment now) {
    ended.addLast(new Ended(session, now.wallMillis()));
  }

  /**
   * Removes what is due, oldest first, within the limit of a turn. Returns how many it looked at.
   */
  int turn(Moment now) {
    int work = 0;
    while (!ended.isEmpty() && work < registry.settings.maxRemovalsPerTurn()) {
      Ended oldest = ended.getFirst();
      boolean current = registry.find(oldest.session.key) == oldest.session;
      if (current && !isDue(oldest, now)) {
        break;
      }
      ended.removeFirst();
      work++;
      if (current) {
        registry.remove(oldest.session, List.of(), now);
      }
    }
    return work;
  }

  private boolean isDue(Ended oldest, Moment now) {
    int kept = Math.max(registry.settings.minEndedKept(), registry.live());
    return ended.size() > kept
        || now.wallMillis() - oldest.sinceMillis >= registry.settings.retentionMillis();
  }
}
