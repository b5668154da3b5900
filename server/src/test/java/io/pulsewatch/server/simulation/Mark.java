package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.AwakeClock;
import java.util.ArrayList;
import java.util.List;

/**
 * An instant, with what everybody had been paused until then: in truth, and as their clocks show.
 *
 * @param stopped true pauses: of the loop, then of each reader
 * @param taken what the clocks took off: of the loop, of the door, then of each reader
 */
record Mark(long at, List<Stops> stopped, List<Long> taken) {

  /** How long one thread was stopped, and how often that began and ended. */
  private record Stops(long total, int begun, int ended) {
    static Stops of(PauseLog log, long now) {
      return new Stops(log.total(now), log.begun(), log.ended());
    }

    /** Less two ticks each time, which no clock can tell from a tick that comes a little late. */
    long until(Stops later) {
      long grace = 2 * AwakeClock.TICK_NANOS * (later.begun - ended);
      return Math.max(0, later.total - total - grace);
    }
  }

  static Mark of(SimulatedServer server, long now) {
    List<Stops> stopped = new ArrayList<>(3);
    List<Long> taken = new ArrayList<>(4);
    stopped.add(Stops.of(server.loopPauses(), now));
    taken.add(server.loopClock().pausedNanos());
    taken.add(server.door().clock().pausedNanos());
    for (SimulatedReader reader : server.readers()) {
      stopped.add(Stops.of(reader.pauses(), now));
      taken.add(reader.clock().pausedNanos());
    }
    return new Mark(now, stopped, taken);
  }

  /** Longest stop of the loop or of this reader; of any reader where there is none. */
  long stoppedUntil(Mark later, int reader) {
    long most = stopped.get(0).until(later.stopped.get(0));
    for (int i = 1; i < stopped.size(); i++) {
      if (reader < 0 || reader == i - 1) {
        most = Math.max(most, stopped.get(i).until(later.stopped.get(i)));
      }
    }
    return most;
  }

  /**
   * What loop and reader took off, one after the other; of the door instead where none is named.
   * The timer runs on the loop's awake time, so pauses that do not overlap add up.
   */
  long takenUntil(Mark later, int reader, boolean doorToo) {
    long sum = takenUntil(later, 0) + (doorToo ? takenUntil(later, 1) : 0);
    return reader < 0 ? sum : sum + takenUntil(later, reader + 2);
  }

  private long takenUntil(Mark later, int place) {
    return later.taken.get(place) - taken.get(place);
  }
}
