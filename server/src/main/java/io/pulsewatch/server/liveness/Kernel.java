package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The liveness kernel: every decision about who is alive is made here, in one turn after another.
 *
 * <p>A turn reads nothing and waits for nothing. It takes the time as an argument, drains what has
 * arrived, looks at the deadlines that are due, and puts changes and answers into its outbox. The
 * order matters: a heartbeat that has arrived counts before a deadline that has passed.
 *
 * <p><b>Invariants.</b> Nobody is DEAD by silence before its timeout, nor by a lost stream before
 * its resume window, by any clock that could have been stopped: the loop's, and that of the thread
 * that reads the stream. Nobody is judged while its news lie in the inbox, nor before its reader
 * has looked at its sockets twice since the deadline. DEAD and LEFT are final for an incarnation.
 *
 * <p><b>Lazy timers.</b> A heartbeat moves the arrival in its pulse and nothing else. The timer
 * stays where it was armed, fires early, finds that nothing is due, and is armed anew.
 *
 * <p>Confined to the loop.
 */
public final class Kernel {
  /** A reader that did not tick for so long makes us blind: we judge nobody. */
  static final long BLIND_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** After a pause, losses that it caused are read for about as long as it was, within these. */
  static final long MIN_WAKE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  static final long MAX_WAKE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final int LEAST_PATIENCE = 8;

  private static final Inbox NO_MAIL = (sink, limit) -> 0;

  private final Registry registry;
  private final Registrar registrar;
  private final Operator operator;
  private final long startNanos;
  private long wakeUntilNanos;
  private long longestPauseNanos;
  private boolean wasSuspended;
  private long floorByLoop;
  private boolean mailIsLeft;
  private Inbox inbox = NO_MAIL;

  /**
   * Creates a kernel without sessions.
   *
   * @param loopClock ticked by {@link #turn} and by nobody else
   */
  public Kernel(Settings settings, AwakeClock loopClock, Door door, Outbox outbox, Moment start) {
    this.registry = new Registry(settings, loopClock, door, outbox, start);
    this.registrar = new Registrar(registry);
    this.operator = new Operator(registry);
    this.startNanos = start.nanos();
    this.wakeUntilNanos = start.nanos();
  }

  /**
   * One turn. Bounded work.
   *
   * @return the work done: arrivals drained and deadlines looked at
   */
  public int turn(Moment now, Inbox arrived) {
    inbox = arrived;
    noticePause(now);
    int work = inbox.drain(new Arrivals(now), registry.settings.maxMailPerTurn());
    mailIsLeft = work >= registry.settings.maxMailPerTurn();
    work += expire(now);
    work += operator.turn(now);
    work += registry.retention.turn(now);
    return work;
  }

  /** The machine was suspended: every session gets its timeout anew. Within a turn or between. */
  public void onSuspended(Moment now) {
    wasSuspended = true;
    floorByLoop = registry.loopClock.awake(now.nanos());
    wakeUntilNanos = now.nanos() + MAX_WAKE_NANOS;
    longestPauseNanos = Times.MAX_INTERVAL;
  }

  /** How we judge at this instant. */
  public DetectorMode mode(Moment now) {
    if (inWake(now) || isBlind(now)) {
      return DetectorMode.PAUSED;
    }
    return now.nanos() - startNanos < registry.settings.warmUpNanos()
        ? DetectorMode.WARM_UP
        : DetectorMode.NORMAL;
  }

  /** True while a reader has been stuck for so long that we judge nobody. */
  public boolean isBlind(Moment now) {
    return now.nanos() - registry.door.oldestTickNanos(now.nanos()) > BLIND_NANOS;
  }

  /** Sessions that are not ended. */
  public int live() {
    return registry.live();
  }

  private void noticePause(Moment now) {
    long pause = Math.max(registry.loopClock.tick(now.nanos()), registry.door.turn(now.nanos()));
    if (pause > 0) {
      longestPauseNanos = Math.max(pause, inWake(now) ? longestPauseNanos : 0);
      long wake = Math.max(MIN_WAKE_NANOS, Math.min(MAX_WAKE_NANOS, pause));
      if (now.nanos() + wake - wakeUntilNanos > 0) {
        wakeUntilNanos = now.nanos() + wake;
      }
    }
  }

  /** True while a pause of ours lasts or is being made up. */
  private boolean inWake(Moment now) {
    return now.nanos() - wakeUntilNanos < 0 || registry.door.clock().isPausing(now.nanos());
  }

  /**
   * True for a loss that a pause of ours may have made. A client gives a silent stream up some time
   * before its fence, and none that we know of sooner than after a seventh of the shortest time
   * after which it could be dead.
   */
  private boolean isOwnFault(Session session, Moment now) {
    long patience = session.entry.times().shortestNanos() / LEAST_PATIENCE;
    AwakeClock door = registry.door.clock();
    return (inWake(now) && longestPauseNanos >= patience)
        || (door.isPausing(now.nanos()) && now.nanos() - door.lastTickNanos() >= patience);
  }

  private int expire(Moment now) {
    long awake = registry.loopClock.awake(now.nanos());
    boolean blind = isBlind(now);
    return registry.wheel.advance(
        awake, session -> examine(session, blind, now), registry.settings.maxExpiriesPerTurn());
  }

  /** A session's timer fired: judge it, and arm the timer for what comes next. */
  private void examine(Session session, boolean blind, Moment now) {
    Judge.Verdict verdict = judge(session, now);
    if (verdict.kind() == Judge.Kind.WAIT) {
      session.ticket = Session.NO_TICKET;
      registry.examineAfter(session, verdict.nanos(), now);
      return;
    }
    // In this order: who has passed has posted what he read.
    if (blind || !witnessPassed(session, verdict.kind()) || mayHaveMail(session)) {
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
        session.ticket = Session.NO_TICKET;
        registry.examineAfter(session, marked.nanos(), now);
      }
      case SUSPECT -> suspect(session, marked, now);
      case DEAD -> declareDead(session, marked, now);
    }
  }

  private Judge.Verdict judge(Session session, Moment now) {
    long silence = session.silenceNanos(registry.loopClock, registry.door, now.nanos());
    long lost = session.lostNanos(registry.loopClock, registry.door, now.nanos());
    if (wasSuspended) {
      long sinceThen = registry.loopClock.awake(now.nanos()) - floorByLoop;
      silence = Math.min(silence, sinceThen);
      lost = Math.min(lost, sinceThen);
    }
    return Judge.judge(
        session.entry.times(), session.entry.state(), silence, lost, session.ownFault);
  }

  /**
   * What its stream posted, and, of the mail that this turn left behind, what names it; without a
   * stream, any of it.
   */
  private boolean mayHaveMail(Session session) {
    return session.pulse.hasNews()
        || (mailIsLeft && (session.witness == registry.door || inbox.names(session.key)));
  }

  /** True once whoever reads this session has looked at its sockets since this verdict was due. */
  private static boolean witnessPassed(Session session, Judge.Kind due) {
    if (session.ticket == Session.NO_TICKET || session.due != due) {
      session.ticket = session.witness.ticket();
      session.due = due;
    }
    if (session.witness.passed(session.ticket)) {
      return true;
    }
    session.witness.nudge();
    return false;
  }

  private void suspect(Session session, Judge.Verdict verdict, Moment now) {
    session.ticket = Session.NO_TICKET;
    Entry after = session.entry.in(State.SUSPECT, now);
    Evidence evidence = session.evidence(verdict.nanos(), now.nanos());
    Answer.Caller stream = session.stream;
    List<Answer> told = stream == null ? List.of() : List.of(unasked(stream, session, after));
    registry.change(session, after, verdict.cause(), evidence, told, now);
    registry.examineAfter(session, 0, now);
  }

  private void declareDead(Session session, Judge.Verdict verdict, Moment now) {
    Entry after = session.entry.in(State.DEAD, now);
    Evidence evidence = session.evidence(verdict.nanos(), now.nanos());
    registry.change(session, after, verdict.cause(), evidence, ended(session), now);
  }

  /** A suspect with an open stream is told, and may refute at once. */
  private static Answer unasked(Answer.Caller stream, Session session, Entry after) {
    return new Answer(
        stream, new Answer.Told(session.pulse.lastSequence(), after.state(), after.status()));
  }

  private static List<Answer> ended(Session session) {
    Answer.Caller stream = session.stream;
    return stream == null
        ? List.of()
        : List.of(
            new Answer(stream, new Answer.Refused(Answer.Refusal.SESSION_OVER, session.key, 0)));
  }

  /** What a stream has to tell. */
  private void onNews(Pulse pulse, Moment now) {
    News news = pulse.take();
    Session session = pulse.session;
    if (news == null || session == null || !session.isLive()) {
      return;
    }
    if (news.heard()) {
      onHeard(session, news, now);
    }
    News.Ending ending = news.ending();
    if (ending != null) {
      switch (ending.end()) {
        case LEFT -> leave(session, Cause.LEAVE, ending.text(), now);
        case CLOSED -> leave(session, Cause.STREAM_CLOSED, "", now);
        case LOST -> onLost(session, ending.text(), now);
      }
    }
  }

  private void onHeard(Session session, News news, Moment now) {
    Entry before = session.entry;
    boolean doubted = before.state() == State.SUSPECT;
    Status said = news.status() == null ? before.status() : news.status();
    Entry after = before.in(State.ALIVE, now).reporting(said);
    session.pulse.unmark();
    Answer.Caller stream = session.stream;
    List<Answer> acks =
        stream == null
            ? List.of()
            : List.of(
                new Answer(
                    stream,
                    new Answer.Heard(
                        news.sequence(), news.sentNanos(), State.ALIVE, said, after.times())));
    if (doubted || said != before.status()) {
      Evidence evidence = session.evidenceOfGap(news.gapNanos(), now.nanos());
      Cause cause = doubted ? Cause.RECOVERED : Cause.REPORTED;
      registry.change(session, after, cause, evidence, acks, now);
      registry.examineAfter(session, 0, now);
    } else {
      acks.forEach(registry.outbox::answer);
    }
  }

  private void leave(Session session, Cause cause, String reason, Moment now) {
    Answer.Caller stream = session.stream;
    List<Answer> told =
        stream == null ? List.of() : List.of(new Answer(stream, new Answer.Farewell()));
    Entry after = session.entry.in(State.LEFT, now);
    Evidence evidence = session.evidence(0, now.nanos()).withLeaveReason(reason);
    registry.change(session, after, cause, evidence, told, now);
  }

  private void onLost(Session session, String error, Moment now) {
    session.lose(error, isOwnFault(session, now), registry.loopClock, registry.door, now.nanos());
    Judge.Verdict verdict = judge(session, now);
    boolean deadAtLoss = session.entry.times().resumeWindowNanos() == 0 && !session.ownFault;
    if (verdict.kind() == Judge.Kind.SUSPECT && verdict.cause() == Cause.STREAM_LOST) {
      suspect(session, verdict, now);
    } else if (verdict.kind() == Judge.Kind.DEAD && deadAtLoss) {
      declareDead(session, verdict, now);
    } else {
      registry.examineAfter(session, 0, now);
    }
  }

  /** Sorts what arrived to the part that decides it. */
  private final class Arrivals implements Inbox.Sink {
    private final Moment now;

    Arrivals(Moment now) {
      this.now = now;
    }

    @Override
    public void onRegister(Command.Register ask) {
      registrar.onRegister(ask, now);
    }

    @Override
    public void onBeat(Command.Beat beat) {
      registrar.onBeat(beat, now);
    }

    @Override
    public void onSetOverride(Command.SetOverride ask) {
      operator.onSet(ask, now);
    }

    @Override
    public void onRemove(Command.Remove ask) {
      operator.onRemove(ask, now);
    }

    @Override
    public void onNews(Pulse pulse) {
      Kernel.this.onNews(pulse, now);
    }
  }
}
