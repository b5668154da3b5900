package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where sessions are judged: what a due deadline, a lost stream, a sign of life and a goodbye do to
 * one session.
 *
 * <p>A verdict is never given in the turn in which it came due: whoever reads the session looks at
 * his sockets twice more, its mail is read, its pulse is marked, and then it is judged once more. A
 * verdict that its mail has kept waiting begins so again, since what came meanwhile lies in a
 * socket: once, and then it waits for what they have posted, and for no more. What came later is no
 * sign of life in time, and a stranger who uses the name could post for ever. Mail delays only the
 * session of which it may be a sign of life; evidence delays none.
 *
 * <p>Confined to the loop.
 */
final class Verdicts {
  /** Mail that was left when its readers had passed keeps a verdict waiting so often. */
  private static final int MAX_MAIL_FOUND = 2;

  /** So many who wait for a pass are looked at in each turn; the others a little later. */
  static final int CROWD = 256;

  static final long CROWD_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  private final Registry registry;
  private final Wake wake;
  private final Draining draining;

  /** In this turn. */
  private int waiting;

  Verdicts(Registry registry, Wake wake, Draining draining) {
    this.registry = registry;
    this.wake = wake;
    this.draining = draining;
  }

  /**
   * Looks at the deadlines that are due, within the limit of a turn. Returns how many.
   *
   * @param left the mail that came since, or that this turn left behind
   */
  int turn(Moment now, Inbox left) {
    waiting = 0;
    boolean blind = wake.isBlind(now);
    return registry.wheel.advance(
        registry.loopClock.awake(now.nanos()),
        session -> examine(session, left, blind, now),
        registry.settings.maxExpiriesPerTurn());
  }

  /** A heartbeat that is news: it ends a suspicion, reports a status, or was marked. */
  void onHeard(Session session, News news, Moment now) {
    Entry before = session.entry;
    boolean doubted = before.state() == State.SUSPECT;
    session.hear(news.status(), news.stalled());
    Status said = session.shown();
    Hold hold = session.holdAfter(news, now);
    Entry heard = before.in(State.ALIVE, now).reporting(said).holding(hold);
    Entry after = session.withdrawing(heard, registry.loopClock, now);
    session.pulse.unmark();
    session.goBack(now.nanos());
    List<Answer> acks = session.told(heard(session, news, after));
    if (doubted || said != before.status() || !hold.equals(before.hold())) {
      Evidence evidence = session.evidenceOfGap(news.gap());
      Cause shown = said == before.status() ? Cause.REPORTED : session.shownBecause;
      Cause cause = doubted ? Cause.RECOVERED : shown;
      registry.change(session, after, cause, evidence, acks, now);
      registry.examineAfter(session, 0, now);
    } else {
      registry.keepProgress(session, now);
      acks.forEach(registry.outbox::answer);
    }
  }

  /**
   * What came of asking about a suspect. All of it is evidence; only the suspect's own answer on
   * its own stream is a sign of life.
   */
  void onProbed(Command.Probed told, Moment now) {
    Session session = registry.find(told.key());
    if (session == null || !told.suspicion().isOf(session.entry)) {
      return;
    }
    Command.OwnAnswer answer = told.answer();
    if (answer != null && (answer.pulse() != session.pulse || session.stream == null)) {
      return; // it answered on a stream that is not its own any more
    }
    session.probes = Probe.fold(session.probes, told.probe());
    if (answer == null) {
      return;
    }
    session.pulse.unmark();
    Entry alive = session.entry.in(State.ALIVE, now);
    Entry after = session.withdrawing(alive, registry.loopClock, now);
    Evidence evidence = session.evidenceOfGap(new Gap(answer.gapNanos(), 0, Gap.Sender.SILENT));
    List<Answer> ack = session.told(unasked(session, after));
    registry.change(session, after, Cause.RECOVERED, evidence, ack, now);
    registry.examineAfter(session, 0, now);
  }

  /** A goodbye, or a half-closed stream. */
  void onLeave(Session session, Cause cause, String reason, Moment now) {
    Entry after = session.entry.in(State.LEFT, now);
    Evidence evidence = session.evidence(0, now.nanos()).withLeaveReason(reason);
    registry.change(session, after, cause, evidence, session.told(new Answer.Farewell()), now);
  }

  /** The stream is gone without leave. */
  void onLost(Session session, News.Ending ending, Moment now) {
    session.lose(
        ending.text(),
        wake.mayHaveCost(session, now),
        registry.loopClock,
        registry.door,
        now.nanos());
    session.lostAfterDrains = draining.over();
    if (ending.waitNanos() > 0) {
      session.putOff(ending.waitNanos(), registry.loopClock, registry.door, now.nanos());
    } else {
      registry.preservation.onLoss(session.place, registry.awake(now));
    }
    Judge.Verdict verdict = judge(session, now);
    boolean deadAtLoss = session.entry.times().resumeWindowNanos() == 0;
    if (verdict.kind() == Judge.Kind.SUSPECT && verdict.cause() == Cause.STREAM_LOST) {
      suspect(session, verdict, now);
    } else if (verdict.kind() == Judge.Kind.DEAD && deadAtLoss) {
      declareDead(session, verdict, now);
    } else {
      registry.examineAfter(session, 0, now);
    }
  }

  /**
   * We ended its stream, since its credentials are good no more. Nobody may say any longer that it
   * lives, so it is doubted at once; but what we ended is no evidence, so it has its whole timeout
   * to come back with others. An announced pause is as silent as before.
   */
  void onAuthExpired(Session session, News.Ending ending, Moment now) {
    session.lose(ending.text(), false, registry.loopClock, registry.door, now.nanos());
    session.lostAfterDrains = draining.over();
    session.putOff(0, registry.loopClock, registry.door, now.nanos());
    if (session.entry.state() == State.ALIVE && session.entry.hold().nanos() == 0) {
      suspect(session, new Judge.Verdict(Judge.Kind.SUSPECT, Cause.AUTH_EXPIRED, 0), now);
    } else {
      registry.examineAfter(session, 0, now);
    }
  }

  /** We sent a sign of life away, so the silence that follows is ours for so long. */
  void onPutOff(PutOff putOff, Moment now) {
    Session session = registry.find(putOff.key());
    if (session != null && session.isLive() && session.isOf(putOff)) {
      session.putOff(putOff.waitNanos(), registry.loopClock, registry.door, now.nanos());
    }
  }

  /** A session's timer fired: judge it, and arm the timer for what comes next. */
  private void examine(Session session, Inbox left, boolean blind, Moment now) {
    if (session.ticket != Session.NO_TICKET && !witnessPassed(session)) {
      // Thousands may wait for the same pass, which needs the processor more than the loop does.
      registry.examineAfter(session, ++waiting > CROWD ? CROWD_NANOS : 0, now);
      return;
    }
    Judge.Verdict verdict = judge(session, now);
    if (verdict.kind() == Judge.Kind.WAIT) {
      await(session, verdict, now);
      return;
    }
    if (blind || session.due != verdict.kind()) {
      session.lookAnew(); // what came since the passes nobody has looked for
      session.due = verdict.kind();
    }
    if (blind || !isLookedAt(session, left)) {
      registry.examineAfter(session, 0, now);
      return;
    }
    session.pulse.mark();
    Judge.Verdict marked = judge(session, now);
    switch (marked.kind()) {
      case WAIT -> {
        if (session.entry.state() == State.ALIVE) {
          session.pulse.unmark();
        }
        await(session, marked, now);
      }
      case SUSPECT -> suspect(session, marked, now);
      case DEAD -> declareDead(session, marked, now);
    }
  }

  /** A heartbeat yet to come may teach its detector to doubt sooner, but not sooner than this. */
  private void await(Session session, Judge.Verdict verdict, Moment now) {
    session.lookAnew();
    long nanos = Math.min(verdict.nanos(), session.pulse.leastDoubtNanos());
    nanos = Math.min(nanos, session.untilBackNanos(now.nanos()));
    registry.examineAfter(session, Math.min(nanos, settle(session, now)), now);
  }

  /** Lets a settling instance serve again when its time has come. Returns how long that takes. */
  private long settle(Session session, Moment now) {
    if (!session.entry.settling()) {
      return Long.MAX_VALUE;
    }
    long left = session.settledByLoop - registry.loopClock.awake(now.nanos());
    if (left > 0) {
      return left;
    }
    Entry settled = session.entry.settling(false);
    Evidence evidence = session.evidence(0, now.nanos());
    registry.change(session, settled, Cause.RECOVERED, evidence, List.of(), now);
    return Long.MAX_VALUE;
  }

  private Judge.Verdict judge(Session session, Moment now) {
    session.goBack(now.nanos());
    if (session.isUngranted()) {
      return Judge.Verdict.waiting(session.times().timeoutNanos());
    }
    long silence = session.silenceNanos(registry.loopClock, registry.door, now.nanos());
    long lost = session.lostNanos(registry.loopClock, registry.door, now.nanos());
    Judge.Facts facts =
        new Judge.Facts(
            session.times(),
            session.entry.state(),
            wake.counted(silence, now),
            wake.counted(lost, now),
            session.ownFault,
            session.putOffNanos(registry.loopClock, registry.door, now.nanos()),
            session.pulse.doubtNanos(),
            session.entry.hold().nanos(),
            session.dampNanos(now));
    Judge.Verdict verdict = draining.review(Judge.judge(facts), session, now);
    Judge.Verdict reviewed = registry.preservation.review(verdict, facts, session.place);
    return draining.since(reviewed, session, now);
  }

  /** True once its readers have looked since this verdict was due, and what they posted is read. */
  private static boolean isLookedAt(Session session, Inbox left) {
    boolean waits = session.mailFound > 0 && !left.isDrained(session.mailPosted);
    if ((waits && left.names(session.key)) || !witnessPassed(session)) {
      return false;
    }
    // From here on in this order: who has passed has posted what he read.
    if (session.pulse.hasNews()) {
      session.lookAnew(); // no stranger posts here
      return false;
    }
    if (session.mailFound == MAX_MAIL_FOUND || !left.names(session.key)) {
      return true;
    }
    session.mailFound++;
    session.mailPosted = left.posted();
    if (session.mailFound < MAX_MAIL_FOUND) {
      session.ticket = Session.NO_TICKET;
    }
    return false;
  }

  /** True once whoever reads this session has looked at its sockets since this verdict was due. */
  private static boolean witnessPassed(Session session) {
    if (session.ticket == Session.NO_TICKET) {
      session.ticket = session.witness.ticket();
    }
    if (session.witness.passed(session.ticket)) {
      return true;
    }
    session.witness.nudge();
    return false;
  }

  private void suspect(Session session, Judge.Verdict verdict, Moment now) {
    session.lookAnew();
    if (verdict.cause() == Cause.SILENCE) {
      registry.preservation.onSilence(session.place, registry.awake(now));
    }
    Entry after = session.entry.in(State.SUSPECT, now);
    Evidence evidence = session.evidence(verdict.nanos(), now.nanos());
    List<Answer> told = new ArrayList<>(session.told(asked(session, after, evidence)));
    told.addAll(session.told(unasked(session, after)));
    registry.change(session, after, verdict.cause(), evidence, told, now);
    registry.examineAfter(session, 0, now);
  }

  private void declareDead(Session session, Judge.Verdict verdict, Moment now) {
    Entry after = session.entry.in(State.DEAD, now);
    Evidence evidence = session.evidence(verdict.nanos(), now.nanos());
    List<Answer> told =
        session.told(new Answer.Refused(Answer.Refusal.SESSION_OVER, session.key, 0));
    registry.change(session, after, verdict.cause(), evidence, told, now);
  }

  private static Answer.Reply heard(Session session, News news, Entry after) {
    return new Answer.Heard(
        news.sequence(),
        news.sentNanos(),
        State.ALIVE,
        after.status(),
        after.times(),
        session.stretch.toldPercent(),
        after.hold().nanos());
  }

  private static Answer.Reply asked(Session session, Entry suspect, Evidence evidence) {
    long untilDead = session.times().timeoutNanos() - evidence.silenceNanos();
    return new Answer.Asked(Suspicion.of(suspect), Suspicion.withinNanos(untilDead));
  }

  /** A suspect with an open stream is told, and may refute at once. */
  private static Answer.Reply unasked(Session session, Entry after) {
    return new Answer.Told(session.pulse.lastSequence(), after.state(), after.status());
  }
}
