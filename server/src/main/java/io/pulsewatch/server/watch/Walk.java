package io.pulsewatch.server.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step's way through one or several logs, in the order of revisions. Valid until the history
 * changes.
 *
 * <p>Confined to the fan-out thread.
 */
final class Walk {
  private final List<Log> logs;
  private final int[] at;

  Walk(List<Log> logs, long afterRevision) {
    this.logs = logs;
    this.at = new int[logs.size()];
    for (int i = 0; i < at.length; i++) {
      at[i] = logs.get(i).after(afterRevision);
    }
  }

  /** The next link; null at the head. A watch names at most 64 services, so it just looks. */
  @Nullable Link next() {
    Link oldest = null;
    int from = -1;
    for (int i = 0; i < at.length; i++) {
      Log log = logs.get(i);
      if (at[i] < log.size()) {
        Link link = log.get(at[i]);
        if (oldest == null || link.revision() < oldest.revision()) {
          oldest = link;
          from = i;
        }
      }
    }
    if (oldest != null) {
      at[from]++;
    }
    return oldest;
  }
}
