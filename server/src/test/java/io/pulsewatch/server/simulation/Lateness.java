package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.Times;
import java.util.concurrent.TimeUnit;

/** When a life must be over at the latest, by what the clocks have shown and the mode tells. */
final class Lateness {
  /**
   * By how much a verdict may be later than awake time says while nobody is paused: a tick of the
   * wheel, a round of 30 ms, and a few short rests in which readers pass.
   */
  static final long BOUND = TimeUnit.MILLISECONDS.toNanos(45);

  /** A held DEAD is so many of its own intervals later, and no more. */
  private static final int HELD_INTERVALS = 2;

  private final SimulatedWorld world;

  Lateness(SimulatedWorld world) {
    this.world = world;
  }

  /** How long it may still live unheard. It may live longer while PRESERVATION is told. */
  long left(Life life, long suspendedAt) {
    boolean hasStream = life.party.reader() != null && life.lost == null && !life.mayBeAway();
    if (world.server().drain().isKnown() && !hasStream) {
      return BOUND; // nobody hears it: for as long as that lasts
    }
    long due = left(life, suspendedAt, false);
    // Its readers look once more, and not once for each letter.
    long anew = Math.min(due + BOUND, BOUND - (world.now() - life.lookedAnew));
    long left = Math.max(due, anew);
    return left <= 0 && world.server().mode() == DetectorMode.PRESERVATION
        ? Math.min(BOUND, left(life, suspendedAt, true))
        : left;
  }

  /** When somebody of us, or our time, last stood still. */
  long lastDisturbance() {
    long last = world.server().loopPauses().lastSeen(world.now());
    last = Math.max(last, world.server().congestion().lastSeen(world.now()));
    last = Math.max(last, world.server().stoodStillAt());
    for (SimulatedReader reader : world.server().readers()) {
      last = Math.max(last, reader.pauses().lastSeen(world.now()));
    }
    return last;
  }

  private long left(Life life, long suspendedAt, boolean sheltered) {
    Mark now = world.oracle().mark();
    boolean door = life.throughTheDoor();
    SimulatedReader reader = life.party.reader();
    int index = reader == null ? -1 : world.server().readers().indexOf(reader);
    Mark shortened = life.shortened;
    long old = Stretching.untilSure(life.most()) + 2 * BOUND;
    boolean isCalm = world.now() - lastDisturbance() >= BOUND; // else clocks do not show it yet
    if (shortened != null && isCalm && gone(shortened, suspendedAt, now) >= old) {
      // The kernel looks when its timer fires, so our pauses count, and sleep does not.
      life.stretching.look(world.server().nanos(), old);
    }
    Times times = life.most();
    long silent =
        now.at()
            - Math.max(life.counted.at(), suspendedAt)
            - life.counted.takenUntil(now, index, door);
    long held = sheltered ? HELD_INTERVALS * times.intervalNanos() : 0;
    long left = Math.max(times.timeoutNanos() + held, life.heldNanos()) + BOUND - silent;
    Mark lost = life.lossCounted;
    if (lost != null && (!sheltered || times.resumeWindowNanos() == 0)) {
      // Without a resume window it has half its timeout where the loss may be our doing.
      long window =
          times.resumeWindowNanos() > 0
              ? times.resumeWindowNanos() - gone(lost, suspendedAt, now)
              : times.timeoutNanos() / 2 - silent;
      left = Math.min(left, Math.max(window, life.heldNanos() - silent) + BOUND);
    }
    for (Life.Owed owed : life.owed) {
      left = Math.max(left, owed.nanos() + held + BOUND - gone(owed.since(), suspendedAt, now));
    }
    Mark taken = life.takenAgain;
    if (taken != null) {
      long whole = Math.max(times.timeoutNanos(), life.heldNanos()) + held;
      left = Math.max(left, whole + BOUND - gone(taken, suspendedAt, now));
    }
    return left;
  }

  private static long gone(Mark since, long suspendedAt, Mark now) {
    return now.at() - Math.max(since.at(), suspendedAt) - since.takenUntil(now, -1, true);
  }
}
