package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;

/**
 * One instance's place in the history: its newest change, and just enough of its past to tell a
 * subscriber that is behind whether it may know the instance.
 *
 * <p>Confined to the fan-out thread.
 */
@SuppressWarnings("EnumOrdinal") // four numbers in place of four boxes; they are never written down
final class Track {
  private static final State[] STATES = State.values();

  /** By state: revision at which it left that state last; 0: never since the history began. */
  private final long[] leftAt = new long[STATES.length];

  private Link newest;
  private long labelsSince;

  @SuppressWarnings({"NullAway.Init", "initialization"}) // the first link needs its track
  Track() {}

  Link newest() {
    return newest;
  }

  /** Revision at which its labels became what they are; 0: they never changed. */
  long labelsSince() {
    return labelsSince;
  }

  /** True if it was in this state at some time after {@code since}. */
  boolean wasIn(State state, long since) {
    return leftAt[state.ordinal()] > since
        || (newest.entry().state() == state && !newest.isRemoval());
  }

  /** The first that is known of it; what the change says of before is known, too. */
  void begin(Link first) {
    newest = first;
    Change.Previous was = first.previous();
    if (was == null) {
      return;
    }
    if (first.isRemoval() || was.state() != first.entry().state()) {
      leftAt[was.state().ordinal()] = first.revision();
    }
    if (!was.labels().equals(first.entry().details().labels())) {
      labelsSince = first.revision();
    }
  }

  /** The next change: the one before is superseded. */
  void go(Link next) {
    State before = newest.entry().state();
    if (!newest.isRemoval() && (next.isRemoval() || before != next.entry().state())) {
      leftAt[before.ordinal()] = next.revision();
    }
    if (!newest.entry().details().labels().equals(next.entry().details().labels())) {
      labelsSince = next.revision();
    }
    newest.superseded = true;
    newest = next;
  }
}
