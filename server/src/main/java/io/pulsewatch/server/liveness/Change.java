package io.pulsewatch.server.liveness;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One committed transition of one instance. Immutable.
 *
 * @param atMillis wall time of the decision
 * @param after the entry after it, at this revision; for {@link Cause#REMOVED} the last one
 * @param previous the parts before it that may differ; null for the first change of a name
 * @param provisional told ahead of a slow disk
 */
public record Change(
    long revision,
    long atMillis,
    Entry after,
    @Nullable Previous previous,
    Cause cause,
    Evidence evidence,
    boolean provisional) {

  public InstanceKey key() {
    return after.key();
  }

  /**
   * The same, with the live numbers of the entry that is there now, if that is the same one. Its
   * newest change shows the hold that is in force; older ones, what was announced then.
   */
  public Change asOf(@Nullable Entry now) {
    if (now == null || now.incarnation() != after.incarnation()) {
      return this;
    }
    Hold hold = now.revision() == revision ? now.hold() : after.hold();
    return new Change(
        revision,
        atMillis,
        after.recalled(now.vitals(), hold),
        previous,
        cause,
        evidence,
        provisional);
  }

  /** What an entry was before a change, as far as filters and readers care. */
  public record Previous(State state, Status status, Map<String, String> labels) {
    static @Nullable Previous of(@Nullable Entry before) {
      return before == null
          ? null
          : new Previous(before.state(), before.status(), before.details().labels());
    }
  }
}
