package io.pulsewatch.server.simulation;

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
  OVERFLOW_NOT_TOLD("no silent gap");

  private final String invariant;

  Fault(String invariant) {
    this.invariant = invariant;
  }

  /** The invariant that this fault breaks first. */
  String invariant() {
    return invariant;
  }
}
