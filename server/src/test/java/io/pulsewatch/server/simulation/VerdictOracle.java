package io.pulsewatch.server.simulation;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Times;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What must hold for each SUSPECT and each DEAD. It knows who stood still, and for how long. */
final class VerdictOracle {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** So many withdrawn suspicions in ten minutes cost nothing yet. */
  private static final int FREE_FLAPS = 3;

  private final SimulatedWorld world;
  private final Lateness lateness;
  private long suspendedAt = Long.MIN_VALUE / 2;
  private long overtaken;
  private long damped;

  VerdictOracle(SimulatedWorld world, Lateness lateness) {
    this.world = world;
    this.lateness = lateness;
  }

  /** The machine slept until now. */
  void onSuspended() {
    suspendedAt = world.now();
  }

  long suspendedAt() {
    return suspendedAt;
  }

  /** Resumes that another reader had not read yet when the half-open stream's time was up. */
  long overtaken() {
    return overtaken;
  }

  /** Suspicions of those that had flapped too often. */
  long damped() {
    return damped;
  }

  void onSuspect(Draft draft, Life life) {
    long silent = awake(life.heard, world.oracle().mark(), life.party.reader());
    require(silent >= life.heldNanos(), "nobody is doubted within its hold", life);
    boolean soon = silent < 11 * life.told().intervalNanos() / 10;
    require(!soon || draft.cause() != Cause.SILENCE, "nobody is doubted too soon", life);
    if (draft.after().vitals().flaps(world.server().nanos()) >= FREE_FLAPS) {
      damped++;
      checkDamped(draft, life, silent);
    }
  }

  void onDead(Draft draft, Life life, State before) {
    checkDeath(draft, life);
    require(before == State.SUSPECT || mayBeSudden(draft, life), "doubt comes first", life);
  }

  private void checkDeath(Draft draft, Life life) {
    Mark now = world.oracle().mark();
    boolean hasStream = life.party.reader() != null && life.lossCounted == null && !life.isAway();
    boolean drains = world.server().drain().isKnown();
    require(hasStream || !drains, "nobody is DEAD for a drain", life);
    long silent = awake(life.heard, now, life.party.reader());
    require(silent >= life.heldNanos(), "nobody dies within its hold", life);
    if (draft.cause() == Cause.SILENCE) {
      require(silent >= life.least().timeoutNanos(), "not DEAD before its time", life);
    } else if (draft.cause() == Cause.HOLD_EXPIRED) {
      require(life.holdNanos > 0, "a known cause", draft);
    } else {
      require(draft.cause() == Cause.STREAM_LOST && life.lost != null, "a known cause", draft);
      long awake = awake(life.lost, now, null);
      require(awake >= life.least().resumeWindowNanos(), "not DEAD before its time", life);
    }
    for (Life.Owed owed : life.owed) {
      long awake = now.at() - owed.since().at() - owed.since().stoppedUntil(now, -1);
      boolean had = awake >= owed.nanos() || !owed.promised() || life.diedOfItsLoss(owed);
      require(had, "whom we send away has its time", life);
    }
    checkSockets(life);
    SimulatedClient client = life.party.client();
    require(!client.believesIn(life.incarnation), "the client is first", life + " and " + client);
  }

  /** Who flaps is doubted a second later, but not too late. */
  private void checkDamped(Draft draft, Life life, long silent) {
    Times times = life.told();
    long damp = Math.min(SECOND, times.timeoutNanos() / 2);
    long interval = times.intervalNanos();
    long latest = times.timeoutNanos() - (times.timeoutNanos() - interval) / 4;
    boolean waited =
        draft.cause() == Cause.STREAM_LOST
            ? awake(life.lost, world.oracle().mark(), null)
                >= Math.min(damp, 3 * times.resumeWindowNanos() / 4)
            : silent >= Math.min(11 * interval / 10 + damp, latest);
    require(waited, "who flaps is doubted later", draft.cause() + " of " + life);
  }

  /** Where doubt and verdict came due together: they are hardly apart, or we stood still. */
  private boolean mayBeSudden(Draft draft, Life life) {
    Times times = life.granted;
    boolean announced = draft.cause() == Cause.HOLD_EXPIRED || life.holdNanos > 0;
    boolean hardlyApart = times.timeoutNanos() - times.intervalNanos() <= 4 * 2 * Lateness.BOUND;
    return times.resumeWindowNanos() == 0
        || announced
        || hardlyApart
        || lateness.lastDisturbance() - life.heard.at() >= -Lateness.BOUND;
  }

  /** What lies in a socket or in the mailbox has arrived. */
  private void checkSockets(Life life) {
    SimulatedClient client = life.party.client();
    if (life.party instanceof ServerStream stream && life.lost == null) {
      require(stream.unread() == 0, "what arrived counts first", life);
    }
    if (client.knocks(life.incarnation) && life.granted.resumeWindowNanos() > 0) {
      // A stream that is half-open for us, and its successor in the socket of another reader.
      require(!life.throughTheDoor(), "what arrived counts first", life);
      overtaken++;
    }
  }

  private long awake(@Nullable Mark since, Mark now, @Nullable SimulatedReader reader) {
    if (since == null) {
      return 0;
    }
    long from = Math.max(since.at(), suspendedAt);
    int index = reader == null ? -1 : world.server().readers().indexOf(reader);
    return now.at() - from - (from == since.at() ? since.stoppedUntil(now, index) : 0);
  }

  private static void require(boolean holds, String invariant, Object what) {
    if (!holds) {
      throw new Violation(invariant, String.valueOf(what));
    }
  }
}
