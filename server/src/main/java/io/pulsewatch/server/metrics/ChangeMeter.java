package io.pulsewatch.server.metrics;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.Tally;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts committed changes, and how late those were that judged somebody.
 *
 * <p>Written by the fan-out loop; read by any thread.
 */
public final class ChangeMeter {
  private final Map<State, Tally<Cause>> changes = new EnumMap<>(State.class);
  private final AtomicLong provisional = new AtomicLong();
  private final Spread suspects = new Spread();
  private final Spread deaths = new Spread();

  public ChangeMeter() {
    for (State state : State.values()) {
      changes.put(state, new Tally<>(Cause.class));
    }
  }

  /** The next committed change. */
  public void onChange(Change change) {
    State state = change.after().state();
    into(state).add(change.cause(), 1);
    if (change.provisional()) {
      provisional.lazySet(provisional.getPlain() + 1);
    }
    if (isVerdict(change)) {
      lateness(state).add(change.evidence().overdueNanos(), 1);
    }
  }

  long changes(Cause cause, State state) {
    return into(state).get(cause);
  }

  long provisional() {
    return provisional.get();
  }

  /** Of SUSPECT or DEAD. */
  Spread lateness(State state) {
    return state == State.SUSPECT ? suspects : deaths;
  }

  /** Whether a change with this cause may lead to this state, so that its counter is shown at 0. */
  static boolean isPossible(Cause cause, State state) {
    return switch (cause) {
      case REGISTERED, RESUMED, RECOVERED, PROGRESS_STALLED, ROLE_GRANTED -> state == State.ALIVE;
      case SILENCE, STREAM_LOST -> state == State.SUSPECT || state == State.DEAD;
      case AUTH_EXPIRED -> state == State.SUSPECT;
      case SUPERSEDED, HOLD_EXPIRED -> state == State.DEAD;
      case LEAVE, STREAM_CLOSED -> state == State.LEFT;
      case REPORTED, ROLE_LOST -> state.isLive();
      case REMOVED -> !state.isLive();
      case OVERRIDE, OVERRIDE_EXPIRED -> true;
    };
  }

  /** A deadline was due, and this came of it. */
  private static boolean isVerdict(Change change) {
    State before = change.previous() == null ? State.LEFT : change.previous().state();
    return before != change.after().state()
        && switch (change.cause()) {
          case SILENCE, HOLD_EXPIRED -> true;
          case STREAM_LOST -> change.after().state() == State.DEAD; // the doubt waits for nothing
          case REGISTERED,
              RESUMED,
              RECOVERED,
              REPORTED,
              STREAM_CLOSED,
              LEAVE,
              SUPERSEDED,
              AUTH_EXPIRED,
              OVERRIDE,
              PROGRESS_STALLED,
              ROLE_GRANTED,
              ROLE_LOST,
              OVERRIDE_EXPIRED,
              REMOVED ->
              false;
        };
  }

  private Tally<Cause> into(State state) {
    return Objects.requireNonNull(changes.get(state));
  }
}
