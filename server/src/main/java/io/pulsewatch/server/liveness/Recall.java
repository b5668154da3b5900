package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Brings back what a ledger kept. Nobody's silence has begun before we can hear it: each live
 * session gets its own timeout, and its hold, from now on, and comes back through any reader. What
 * lies between is our absence, and evidence calls it that.
 *
 * <p>Confined to the loop.
 */
final class Recall {
  private final Registry registry;
  private final long servedUntilMillis;
  private final Moment now;

  Recall(Registry registry, long servedUntilMillis, Moment now) {
    this.registry = registry;
    this.servedUntilMillis = servedUntilMillis;
    this.now = now;
  }

  /** All of them; returns their entries in the same order. */
  List<Entry> all(List<Kept.Remembered> sessions) {
    List<Session> recalled = new ArrayList<>(sessions.size());
    List<Entry> entries = new ArrayList<>(sessions.size());
    for (Kept.Remembered one : sessions) {
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
    pulse.grant(was.times());
    pulse.continueFrom(memory.lastSequence(), memory.reported());
    long heardMillis =
        live ? Math.max(servedUntilMillis, memory.heardMillis()) : memory.heardMillis();
    pulse.recall(Bygone.agoNanos(heardMillis, now), now.nanos());
    Vitals vitals = new Vitals(pulse);
    vitals.recall(Flaps.restored(memory.flapMillis(), now));
    Entry entry = was.recalled(vitals, live ? was.hold().anew(now) : Hold.NONE);
    Neighbourhood place =
        registry.preservation.join(null, was.details(), "", was.times(), registry.awake(now));
    Session session = new Session(entry, pulse, memory.token(), memory.processId(), place);
    session.byBeat = memory.byBeat();
    session.reported = memory.reported();
    session.revision = was.revision();
    session.settledByLoop = registry.awake(now) + vitals.dampNanos(was.times(), now.nanos());
    if (!live) {
      place.leave();
    }
    return session;
  }
}
