package io.pulsewatch.server.liveness;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel's parts share: the sessions, the overrides, and the one way to change an entry.
 *
 * <p>Confined to the loop.
 */
final class Registry {
  final Settings settings;
  final Door door;
  final AwakeClock loopClock;
  final DeadlineWheel<Session> wheel;
  final Outbox outbox;
  final Map<InstanceKey, Session> sessions = new HashMap<>();
  final Map<InstanceKey, OperatorOverride> overrides = new HashMap<>();
  final Retention retention = new Retention(this);
  final Preservation preservation;
  final Stretch stretch = new Stretch();
  final Roles roles;
  private int live;
  private int suspects;

  /** Live sessions of an earlier process that were neither heard nor judged in this one. */
  private int unheard;

  Registry(Settings settings, AwakeClock loopClock, Door door, Outbox outbox, Moment start) {
    this.settings = settings;
    this.door = door;
    this.loopClock = loopClock;
    this.wheel = new DeadlineWheel<>(loopClock.awake(start.nanos()));
    this.outbox = outbox;
    this.preservation =
        new Preservation(
            settings.preservation(), settings.maxGroups(), loopClock.awake(start.nanos()));
    this.roles = new Roles(this, start);
  }

  @Nullable Session find(InstanceKey key) {
    return sessions.get(key);
  }

  /** Number of sessions that are not ended. */
  int live() {
    return live;
  }

  /** Of the sessions that are not ended, those that are SUSPECT: 0 .. 1. */
  double suspectShare() {
    return live == 0 ? 0 : (double) suspects / live;
  }

  /** A pulse for signs of life that come without a stream, through any reader. */
  Pulse beatPulse(Moment now) {
    return new Pulse(door, loopClock, now.nanos());
  }

  /** A session begins; it takes the place of an ended one of the same name. */
  void begin(Session session, @Nullable Entry before, Answer granted, Moment now) {
    sessions.put(session.key, session);
    retention.forget(session.key);
    live++;
    session.stretch.begin(stretch.age());
    roles.onBegun(session);
    propose(session, before, Cause.REGISTERED, Evidence.NONE, List.of(granted), now);
    examineAfter(session, 0, now);
  }

  /** A session of an earlier process goes on: no change, since nothing has happened to it. */
  void recall(Session session, Moment now) {
    sessions.put(session.key, session);
    if (session.isLive()) {
      live++;
      suspects += session.entry.state() == State.SUSPECT ? 1 : 0;
      unheard++;
      session.stretch.begin(Stretch.RECALLED_AGE);
      session.recalled = true;
      examineAfter(session, 0, now);
    } else {
      retention.onEnded(session, session.entry.sinceMillis());
    }
    roles.recall(session);
  }

  /** It came back, or was judged. */
  void onHeardAgain(Session session) {
    if (session.recalled) {
      session.recalled = false;
      unheard--;
      roles.onReady(session);
    }
  }

  /** True while somebody whom an earlier process knew may be on his way back. */
  boolean isAwaiting() {
    return unheard > 0;
  }

  /** The one way to change an entry that stays. It ends the session if its new state is an end. */
  void change(
      Session session, Entry after, Cause cause, Evidence evidence, List<Answer> told, Moment now) {
    Entry before = session.entry;
    session.entry = after;
    suspects += after.state() == State.SUSPECT ? 1 : 0;
    suspects -= before.state() == State.SUSPECT ? 1 : 0;
    roles.onChanged(session, before, cause, now);
    if (before.state() == State.SUSPECT && after.state() == State.ALIVE) {
      preservation.onHeard(session.place, awake(now));
    }
    if (after.state() != State.SUSPECT) {
      session.probes = List.of();
    }
    if (before.state().isLive() && !after.state().isLive()) {
      onHeardAgain(session);
      live--;
      session.stretch.end();
      preservation.onEnded(session.place, awake(now));
      wheel.disarm(session.timer);
      session.stream = null;
      session.verdict = after.state() == State.DEAD && cause != Cause.SUPERSEDED ? cause : null;
      retention.onEnded(session, now.wallMillis());
    }
    propose(session, before, cause, evidence, told, now);
  }

  /** No change, but the ledger may have to learn of it before it is answered. */
  void answer(Session session, Answer answer, Moment now) {
    if (session.takeUnsaved()) {
      Entry known = session.entry.at(session.revision);
      if (Answer.grants(List.of(answer))) {
        session.awaitGrant();
      }
      session.takeUnsavedProgress();
      outbox.note(new Note.Resumed(known, session.memory(now), List.of(answer)));
    } else {
      keepProgress(session, now);
      outbox.answer(answer);
    }
  }

  /** What stands still now, where that is no change: behind another counter that does. */
  void keepProgress(Session session, Moment now) {
    if (!outbox.isAway() && session.takeUnsavedProgress()) {
      Entry known = session.entry.at(session.revision);
      outbox.note(new Note.Resumed(known, session.memory(now), List.of()));
    }
  }

  /**
   * A sign of life of this very session. If it was declared dead, that was false: it stays dead,
   * and the verdict is counted.
   */
  void onSignOfLife(Session session) {
    Cause verdict = session.verdict;
    if (verdict != null) {
      session.verdict = null;
      outbox.onFalseVerdict(verdict);
    }
  }

  /** Drops an ended entry; a change of its own. */
  void remove(Session session, List<Answer> told, Moment now) {
    sessions.remove(session.key);
    retention.forget(session.key);
    preservation.forget(session.place, awake(now));
    propose(session, session.entry, Cause.REMOVED, Evidence.NONE, told, now);
  }

  /** Looks at the session again after so much awake time, and at the next tick at the earliest. */
  void examineAfter(Session session, long nanos, Moment now) {
    wheel.arm(session.timer, awake(now) + nanos);
  }

  /** The loop's awake time. */
  long awake(Moment now) {
    return loopClock.awake(now.nanos());
  }

  private void propose(
      Session session,
      @Nullable Entry before,
      Cause cause,
      Evidence evidence,
      List<Answer> told,
      Moment now) {
    Entry after = session.entry;
    boolean binding = session.takeUnsaved() || binds(cause, before, after, told);
    session.takeUnsavedProgress(); // it goes with the change
    Draft draft =
        new Draft(
            now.wallMillis(),
            after,
            Change.Previous.of(before),
            cause,
            evidence,
            session.memory(now),
            binding,
            told);
    if (draft.grants()) {
      session.awaitGrant();
    }
    session.uncommitted++;
    outbox.propose(draft);
  }

  /** It is committed that the session is its sender's: from here on its silence counts. */
  void onGranted(Session session, Moment now) {
    if (session.onGranted() && session.isLive()) {
      session.pulse.restart(now.nanos()); // nobody reads its stream before the grant is told
      examineAfter(session, 0, now);
      roles.onReady(session);
    }
  }

  /** True where somebody may rely on it from now on: it is not told ahead of the disk. */
  private static boolean binds(
      Cause cause, @Nullable Entry before, Entry after, List<Answer> told) {
    boolean ofOperator = cause == Cause.OVERRIDE || cause == Cause.REMOVED;
    return cause == Cause.REGISTERED
        || cause == Cause.ROLE_GRANTED
        || (ofOperator && !told.isEmpty())
        || (before != null
            && (!after.times().equals(before.times()) || isMore(after.hold(), before.hold())));
  }

  /** A pause that is announced is promised; one that ends is not. */
  private static boolean isMore(Hold after, Hold before) {
    return after.nanos() != 0 && !after.equals(before);
  }
}
