package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a name: register, resume, supersede.
 *
 * <pre>
 *   the ledger is away, and would have to  refuse: LEDGER_AWAY
 *     keep something of it first
 *   live, same token or same process       resume: same incarnation; it does not
 *                                            stand for roles that there is no room for
 *   a token that is not the holder's       refuse: SESSION_OVER
 *   live, came by beats, and so does this  renew: one unchanging cron line works
 *   live, TAKE_OVER                        supersede
 *   live, open stream, or heard lately     refuse: HOLDER_ALIVE
 *   more roles than there is room for      refuse: LIMIT_ROLES
 *   live, stream lost or long silent       supersede: a restarted process waits for nobody
 *   ended or unknown                       a new incarnation
 * </pre>
 *
 * <p>Confined to the loop.
 */
final class Registrar {
  static final long AWAY_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Registry registry;

  Registrar(Registry registry) {
    this.registry = registry;
  }

  void onRegister(Command.Register ask, Moment now) {
    Session known = registry.find(ask.key());
    if (known != null && known.isOf(ask.presented(), ask.processId())) {
      registry.onSignOfLife(known);
    }
    Session holder = known != null && known.isLive() ? known : null;
    if (registry.outbox.isAway() && (holder == null || binds(holder, ask))) {
      sendAway(holder, ask, now);
    } else if (holder != null && holder.isOf(ask.presented(), ask.processId())) {
      resume(holder, ask, now);
    } else if (ask.presented() != null) {
      refuse(ask, Answer.Refusal.SESSION_OVER, 0);
    } else if (holder != null && holder.byBeat && ask.heartbeat() != null) {
      resume(holder, ask, now);
    } else if (holder != null && !ask.takeOver() && isHeld(holder, now)) {
      refuse(ask, Answer.Refusal.HOLDER_ALIVE, untilFree(holder, now));
    } else if (!withRoom(ask).equals(ask.details())) {
      refuse(ask, Answer.Refusal.LIMIT_ROLES, ask.times().intervalNanos());
    } else if (known == null && registry.sessions.size() >= registry.settings.maxInstances()) {
      refuse(ask, Answer.Refusal.LIMIT_INSTANCES, ask.times().intervalNanos());
    } else {
      if (holder != null) {
        supersede(holder, now);
      }
      begin(ask, known, now);
    }
  }

  /** What it declares, with no more roles than there is room for. */
  private Details withRoom(Command.Register ask) {
    Details details = ask.details();
    return details.standingFor(registry.roles.withRoom(ask.key(), details.roles()));
  }

  /** True where the ledger would have to keep something of the resume before it is answered. */
  private static boolean binds(Session holder, Command.Register ask) {
    Times granted = holder.entry.times();
    boolean kept = holder.byBeat ? ask.heartbeat() != null : holder.token.equals(ask.presented());
    return !kept
        || !(ask.processId().isEmpty() || ask.processId().equals(holder.processId))
        || !ask.times().atLeast(granted).equals(granted);
  }

  /** What shows who it is from now on. A beat that renews a beat leaves that as it is. */
  private static Token tokenAfter(Session session, Command.Register ask) {
    Token presented = ask.presented();
    if (session.byBeat && ask.heartbeat() != null) {
      return session.token;
    }
    return presented != null && session.accepts(presented)
        ? presented
        : ask.offered().of(session.entry.incarnation());
  }

  /** The ledger is away. A sign of life that we send away costs no life. */
  private void sendAway(@Nullable Session holder, Command.Register ask, Moment now) {
    PutOff putOff = PutOff.of(ask, AWAY_RETRY_NANOS);
    if (holder != null && putOff != null && holder.isOf(putOff)) {
      holder.putOff(AWAY_RETRY_NANOS, registry.loopClock, registry.door, now.nanos());
    }
    refuse(ask, Answer.Refusal.LEDGER_AWAY, AWAY_RETRY_NANOS);
  }

  /** A beat that has only a token. */
  void onBeat(Command.Beat beat, Moment now) {
    Session session = registry.find(beat.key());
    if (session != null && session.accepts(beat.presented())) {
      registry.onSignOfLife(session);
    }
    if (session == null || !session.isLive() || !session.accepts(beat.presented())) {
      Answer.Refusal why =
          session == null ? Answer.Refusal.UNKNOWN_INSTANCE : Answer.Refusal.SESSION_OVER;
      registry.outbox.answer(new Answer(beat.caller(), new Answer.Refused(why, beat.key(), 0)));
      return;
    }
    Evidence evidence = session.evidence(0, now.nanos());
    Cause cause = session.lost ? Cause.RESUMED : Cause.RECOVERED;
    replaceStream(session);
    registry.onHeardAgain(session);
    registry.preservation.onHeard(session.place, registry.awake(now));
    session.goBack(now.nanos());
    session.carryOn(registry.beatPulse(now), null, session.byBeat, false);
    int told = session.stretch.toldPercent();
    session.pulse.grant(session.entry.times(), told);
    boolean newer = hear(session, beat.news(), evidence);
    session.pulse.onProgress(beat.progress());
    session.hearBeat(newer ? beat.news().status() : null, beat.news().sentNanos());
    Entry after = session.entry.in(beat.leaves() ? State.LEFT : State.ALIVE, now);
    Hold hold = newer ? session.holdAfter(beat.news(), now) : session.entry.hold();
    Entry shown = after.reporting(session.shown()).holding(beat.leaves() ? Hold.NONE : hold);
    Answer heard =
        new Answer(
            beat.caller(),
            new Answer.Heard(
                session.pulse.lastSequence(),
                beat.news().sentNanos(),
                shown.state(),
                shown.status(),
                shown.times(),
                told,
                shown.hold().nanos(),
                session.pulse.roles()));
    News.Ending ending = beat.news().ending();
    Evidence known = ending == null ? evidence : evidence.withLeaveReason(ending.text());
    settle(session, shown, beat.leaves() ? Cause.LEAVE : cause, known, heard, now);
    Released released = beat.news().released();
    if (released != null && session.isLive()) {
      Released said = newer ? released.knowing(session.pulse.roles()) : released.byToken();
      registry.roles.onReleased(session, said, now);
    }
    registry.roles.onReady(session);
  }

  private static boolean isHeld(Session holder, Moment now) {
    boolean gone = holder.lost || (holder.recalled && holder.entry.state() == State.SUSPECT);
    return !gone
        && (holder.stream != null
            || holder.pulse.silenceNanos(now.nanos()) < 3 * holder.times().intervalNanos() / 2);
  }

  /** A ghost is gone within its timeout; a living holder may leave sooner. */
  private static long untilFree(Session holder, Moment now) {
    Times times = holder.times();
    long left = times.timeoutNanos() - holder.pulse.silenceNanos(now.nanos());
    return Math.max(Times.MIN_INTERVAL, Math.min(left, times.intervalNanos()));
  }

  private void resume(Session session, Command.Register ask, Moment now) {
    boolean keepsToken = session.accepts(ask.presented());
    session.knownBy(
        tokenAfter(session, ask), ask.processId().isEmpty() ? session.processId : ask.processId());
    registry.onHeardAgain(session);
    Evidence evidence = session.evidence(0, now.nanos());
    replaceStream(session);
    boolean beat = ask.heartbeat() != null;
    session.goBack(now.nanos());
    registry.preservation.onHeard(session.place, registry.awake(now));
    session.carryOn(ask.pulse(), beat ? null : ask.caller(), session.byBeat && beat, true);
    session.pulse.restart(now.nanos());
    Times granting = ask.times().atLeast(session.entry.times());
    session.stretch.grantAnew(readAt(ask, now));
    int stretch = registry.stretch.percent();
    session.pulse.grant(granting, stretch);
    boolean newer = hear(session, ask.heartbeat(), evidence);
    Status said = newer ? said(ask) : null;
    if (ask.heartbeat() == null) {
      session.hear(said, said == Status.SERVING ? News.UNCHANGED : 0);
    } else {
      session.hearBeat(said, ask.heartbeat().sentNanos());
    }
    Entry after =
        session
            .entry
            .in(State.ALIVE, now)
            .reporting(session.shown())
            .declaring(withRoom(ask), granting)
            .holding(newer ? announced(session, ask, now) : session.entry.hold());
    session.pulse.continueFrom(session.pulse.lastSequence(), session.reported);
    place(session.place, ask, after.times(), now);
    Answer granted = granted(ask, after, true, keepsToken, session.pulse.lastSequence(), stretch);
    settle(session, after, Cause.RESUMED, evidence, granted, now);
    registry.roles.onReady(session);
  }

  /**
   * It may have been read after this turn began, and a fence may count from a little before that.
   */
  private static long readAt(Command.Register ask, Moment now) {
    return Math.max(0, ask.readNanos() - now.nanos()) + now.nanos();
  }

  /** Proposes a change if a watcher would see one; else it only answers. */
  private void settle(
      Session session, Entry next, Cause cause, Evidence evidence, Answer answer, Moment now) {
    Entry before = session.entry;
    Entry after = session.withdrawing(next, registry.loopClock, now);
    if (after.state() != before.state()) {
      registry.change(session, after, cause, evidence, List.of(answer), now);
    } else if (after.status() != before.status()) {
      registry.change(session, after, session.shownBecause, evidence, List.of(answer), now);
    } else if (!after.hold().equals(before.hold())) {
      registry.change(session, after, Cause.REPORTED, evidence, List.of(answer), now);
    } else if (!after.details().equals(before.details()) || !after.times().equals(before.times())) {
      registry.change(session, after, cause, evidence, List.of(answer), now);
    } else {
      session.entry = after.at(before.revision());
      registry.answer(session, answer, now);
    }
    if (session.isLive()) {
      registry.examineAfter(session, 0, now);
    }
  }

  private void begin(Command.Register ask, @Nullable Session known, Moment now) {
    long incarnation = registry.outbox.nextIncarnation();
    Entry entry =
        new Entry(
            ask.key(),
            incarnation,
            0,
            State.ALIVE,
            said(ask),
            registry.overrides.get(ask.key()),
            ask.details(),
            ask.times(),
            now.wallMillis(),
            new Vitals(ask.pulse()),
            Hold.announced(heldBy(ask), now.nanos(), now),
            false,
            List.of());
    Neighbourhood place = place(known == null ? null : known.place, ask, ask.times(), now);
    Session session =
        new Session(
            entry,
            ask.pulse(),
            ask.offered().of(incarnation),
            ask.processId(),
            place,
            new OwnStretch(registry.stretch));
    session.byBeat = ask.heartbeat() != null;
    session.stream = session.byBeat ? null : ask.caller();
    session.pulse.continueFrom(0, entry.status());
    session.pulse.restart(now.nanos());
    int stretch = registry.stretch.percent();
    session.pulse.grant(entry.times(), stretch);
    boolean first = hear(session, ask.heartbeat(), Evidence.NONE);
    assert first;
    if (ask.heartbeat() != null) {
      session.hearBeat(null, ask.heartbeat().sentNanos());
    }
    Answer granted = granted(ask, entry, false, false, session.pulse.lastSequence(), stretch);
    registry.begin(session, known == null ? null : known.entry, granted, now);
  }

  /** It stands where it says and where it comes from. */
  private Neighbourhood place(
      @Nullable Neighbourhood known, Command.Register ask, Times times, Moment now) {
    return registry.preservation.join(
        known, ask.details(), ask.network(), times, registry.awake(now));
  }

  private static long heldBy(Command.Register ask) {
    News beat = ask.heartbeat();
    return beat == null ? 0 : Math.max(0, beat.holdNanos());
  }

  /** A register is a sign of life: it ends a hold, unless a beat came with it and has its own. */
  private static Hold announced(Session session, Command.Register ask, Moment now) {
    return ask.heartbeat() == null ? Hold.NONE : session.holdAfter(ask.heartbeat(), now);
  }

  private void supersede(Session holder, Moment now) {
    holder.pulse.mark(); // from here on no heartbeat of the old stream is acked
    Evidence evidence = holder.evidence(0, now.nanos());
    Entry dead = holder.entry.in(State.DEAD, now);
    List<Answer> told = holder.told(new Answer.Refused(Answer.Refusal.SUPERSEDED, holder.key, 0));
    registry.change(holder, dead, Cause.SUPERSEDED, evidence, told, now);
  }

  /** The old stream, if it is still open, has nothing to say any more. */
  private void replaceStream(Session session) {
    session
        .told(new Answer.Refused(Answer.Refusal.STREAM_REPLACED, session.key, 0))
        .forEach(registry.outbox::answer);
  }

  /**
   * Returns false for a beat that is not newer than the last: it renews liveness only.
   *
   * @param before what was known of the silence that it ended
   */
  private static boolean hear(Session session, @Nullable News beat, Evidence before) {
    Entry entry = session.entry;
    boolean teaches = entry.hold().equals(Hold.NONE) && before.serverPauseNanos() == 0;
    boolean doubted = entry.state() == State.SUSPECT;
    return beat == null || !beat.heard() || session.pulse.beat(beat.sequence(), teaches, doubted);
  }

  /** What a beat reports counts, since it was said after the register that came with it. */
  private static Status said(Command.Register ask) {
    News beat = ask.heartbeat();
    Status reported = beat == null ? null : beat.status();
    return reported == null ? ask.status() : reported;
  }

  private static Answer granted(
      Command.Register ask,
      Entry entry,
      boolean resumed,
      boolean keepsToken,
      long sequence,
      int stretch) {
    return new Answer(
        ask.caller(), new Answer.Granted(entry, resumed, keepsToken, sequence, stretch));
  }

  private void refuse(Command.Register ask, Answer.Refusal why, long retryNanos) {
    Answer.Refused refused = new Answer.Refused(why, ask.key(), retryNanos);
    registry.outbox.answer(new Answer(ask.caller(), refused));
  }
}
