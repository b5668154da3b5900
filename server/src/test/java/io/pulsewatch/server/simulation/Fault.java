package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Times;

/** A bug that the world plants at a seam of the kernel, to see that it is found. */
enum Fault {
  NONE(""),
  /** Mail is handed over only after the deadlines were looked at. */
  EXPIRE_BEFORE_DRAIN("what arrived counts first"),
  /** A heartbeat is stamped as if it had arrived earlier than the one before it. */
  DEADLINE_MOVED_BACK("not DEAD before its time"),
  /** Clocks are ticked finely after a pause, so that nobody sees it. */
  PAUSE_IGNORED("not DEAD before its time"),
  /** A token of an incarnation that is over opens the session of its successor. */
  OLD_TOKEN_ACCEPTED("an old token opens nothing"),
  /** A watcher that fell behind is not told that it starts over. */
  OVERFLOW_NOT_TOLD("no silent gap"),
  /** A hold is counted in intervals that are twice as long. */
  HELD_TWICE("everyone silent is DEAD in time"),
  /** A hold is counted in intervals that are longer than anybody waits. */
  NEVER_RELEASED("everyone silent is DEAD in time"),
  /** SUSPECT waits half an interval, too. */
  SUSPECT_HELD("SUSPECT is never held"),
  /** The server says that it judges as ever. */
  PRESERVATION_NOT_TOLD("everyone silent is DEAD in time");

  private final String invariant;

  Fault(String invariant) {
    this.invariant = invariant;
  }

  /** What the kernel is asked to grant. */
  Times granted(Times asked) {
    long interval = asked.intervalNanos();
    long later = asked.suspectNanos() + (this == SUSPECT_HELD ? interval / 2 : 0);
    long counted =
        switch (this) {
          case HELD_TWICE -> 2 * interval;
          case NEVER_RELEASED -> 1_000 * interval;
          default -> interval;
        };
    return new Times(counted, asked.timeoutNanos(), asked.resumeWindowNanos(), later);
  }

  /** What the server tells of how it judges. */
  DetectorMode told(DetectorMode mode) {
    return this == PRESERVATION_NOT_TOLD && mode == DetectorMode.PRESERVATION
        ? DetectorMode.NORMAL
        : mode;
  }

  /** The invariant that this fault breaks. */
  String invariant() {
    return invariant;
  }
}
