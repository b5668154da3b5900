package io.pulsewatch.server.simulation;

import java.util.List;

/**
 * An instant, with what everybody had been paused until then: in truth, and as their clocks show.
 *
 * @param stopped true pauses: of the loop, then of each reader
 * @param taken what the clocks took off: of the loop, of the door, then of each reader
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Mark(long at, long[] stopped, long[] taken) {

  static Mark of(SimulatedServer server, long now) {
    List<SimulatedReader> readers = server.readers();
    long[] stopped = new long[readers.size() + 1];
    long[] taken = new long[readers.size() + 2];
    stopped[0] = server.loopPauses().total(now);
    taken[0] = server.loopClock().pausedNanos();
    taken[1] = server.door().clock().pausedNanos();
    for (int i = 0; i < readers.size(); i++) {
      stopped[i + 1] = readers.get(i).pauses().total(now);
      taken[i + 2] = readers.get(i).clock().pausedNanos();
    }
    return new Mark(now, stopped, taken);
  }

  /** Longest stop of the loop or of this reader; of any reader where there is none. */
  long stoppedUntil(Mark later, int reader) {
    long most = later.stopped[0] - stopped[0];
    for (int i = 1; i < stopped.length; i++) {
      if (reader < 0 || reader == i - 1) {
        most = Math.max(most, later.stopped[i] - stopped[i]);
      }
    }
    return most;
  }

  /**
   * What loop and reader took off, one after the other; of the door instead where none is named.
   * The timer runs on the loop's awake time, so pauses that do not overlap add up.
   */
  long takenUntil(Mark later, int reader, boolean doorToo) {
    long sum = later.taken[0] - taken[0];
    if (reader >= 0) {
      sum += later.taken[reader + 2] - taken[reader + 2];
    }
    return doorToo ? sum + later.taken[1] - taken[1] : sum;
  }
}
