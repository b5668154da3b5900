package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.InstanceKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some changes from the ring. Immutable.
 *
 * @param next revision after which to go on
 * @param more there may be more after it
 * @param head newest revision when it was read
 */
public record ChangePage(List<Change> changes, long next, boolean more, long head) {

  static @Nullable ChangePage read(
      History history, ServiceNames names, @Nullable String instanceId, long after, int most) {
    if (after != 0 && after < history.ringFloor()) {
      return null;
    }
    Walk walk = new Walk(history.logs(names), Math.max(after, history.ringFloor()));
    PageSize size = new PageSize(most);
    List<Change> found = new ArrayList<>();
    long last = after;
    for (Link link = walk.next(); link != null; link = walk.next()) {
      InstanceKey key = link.entry().key();
      boolean wanted = instanceId == null || key.instanceId().equals(instanceId);
      if (!size.mayLook()) {
        return new ChangePage(found, last, true, history.head());
      }
      if (wanted && names.matches(key.service())) {
        if (!size.hasRoomFor(link.weight())) {
          return new ChangePage(found, last, true, history.head());
        }
        found.add(link.change());
      }
      last = link.revision();
    }
    return new ChangePage(found, history.head(), false, history.head());
  }

  static List<Change> recent(History history, InstanceKey key, int most) {
    Deque<Change> found = new ArrayDeque<>();
    for (Log log : history.logs(ServiceNames.of(List.of(key.service())))) {
      for (int i = log.size() - 1; i >= 0 && found.size() < most; i--) {
        Link link = log.get(i);
        if (link.revision() <= history.ringFloor()) {
          break;
        }
        if (link.entry().key().equals(key)) {
          found.addFirst(link.change());
        }
      }
    }
    return List.copyOf(found);
  }
}
