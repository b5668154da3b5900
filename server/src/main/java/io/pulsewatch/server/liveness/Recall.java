package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Brings back what a ledger kept. Nobody's silence has begun before we can hear it: each live
 * session gets its own timeout, and its hold, from now on, and comes back through any reader. What
 * lies between is our absence, and evidence calls it that.
 *
 * <p>Confined to the loop.
 */
final class Recall {
  /** Who beats while we stop is asked to wait so long. */
  private static final long BEAT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Registry registry;
  private final Kept kept;
  private final Moment now;

  Recall(Registry registry, Kept kept, Moment now) {
    this.registry = registry;
    this.kept = kept;
    this.now = now;
  }

  /** All of them; returns their entries in the same order. */
  List<Entry> all() {
    List<Session> recalled = new ArrayList<>(kept.sessions().size());
    List<Entry> entries = new ArrayList<>(kept.sessions().size());
    for (Kept.Remembered one : kept.sessions()) {
      Session session = session(one);
      recalled.add(session);
      entries.add(session.entry);
    }
    recalled.sort(Comparator.comparingLong(session -> session.entry.sinceMillis()));
    recalled.forEach(session -> registry.recall(session, now));
    return entries;
  }

  private Session session(Kept.Remembered one) {
    Memory memory = one.memory();
    Entry was = one.entry();
    boolean live = was.state().isLive();
    Pulse pulse = registry.beatPulse(now);
    pulse.judgeBy(memory.choice());
    pulse.continueFrom(memory.lastSequence(), memory.reported());
    if (!memory.progress().rules().isEmpty()) {
      pulse.watch(Progress.recalled(memory.progress(), was.times().intervalNanos()));
    }
    pulse.grant(was.times(), registry.stretch.percentSince(Stretch.RECALLED_AGE));
    long goneMillis =
        live ? Math.max(kept.servedUntilMillis(), memory.heardMillis()) : memory.heardMillis();
    pulse.recall(
        Bygone.agoNanos(goneMillis, now),
        Bygone.agoNanos(memory.heardMillis(), now),
        !memory.byBeat(),
        now.nanos());
    Vitals vitals = new Vitals(pulse);
    vitals.recall(Flaps.restored(memory.flapMillis(), now));
    Entry entry = was.recalled(vitals, live ? was.hold().anew(now) : Hold.NONE);
    Neighbourhood place =
        registry.preservation.join(null, was.details(), "", was.times(), registry.awake(now));
    Session session =
        new Session(
            entry,
            pulse,
            memory.token(),
            memory.processId(),
            place,
            new OwnStretch(registry.stretch));
    session.goOn(memory);
    session.revision = was.revision();
    session.settledByLoop = registry.awake(now) + vitals.dampNanos(session.times(), now.nanos());
    if (!live) {
      place.leave();
    } else if (kept.goodbyeNanos() > 0) {
      session.putOff(namedNanos(session), registry.loopClock, registry.door, now.nanos());
    }
    return session;
  }

  /**
   * The longest wait that it can have been asked for. It begins anew, as a hold does: how long we
   * were away only a wall clock could say.
   */
  private long namedNanos(Session session) {
    long fence = session.times().fenceNanos();
    if (session.byBeat) {
      return Math.min(kept.goodbyeNanos(), BEAT_WAIT_NANOS);
    }
    return fence == 0 ? kept.goodbyeNanos() : Math.min(kept.goodbyeNanos(), fence / 2);
  }
}
