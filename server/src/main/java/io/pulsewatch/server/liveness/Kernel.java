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
 * has looked at its sockets twice since the deadline and since the last of its news. DEAD and LEFT
 * are final for an incarnation.
 *
 * <p><b>Lazy timers.</b> A heartbeat moves the arrival in its pulse and nothing else. The timer
 * stays where it was armed, fires early, finds that nothing is due, and is armed anew.
 *
 * <p>Confined to the loop.
 */
public final class Kernel {
  private static final long MAX_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Registry registry;
  private final Registrar registrar;
  private final Operator operator;
  private final Wake wake;
  private final Admission admission;
  private final Draining draining;
  private final Leaving leaving;
  private final Verdicts verdicts;
  private final Overload overload;
  private final long awakeAtStart;

  /**
   * Creates a kernel without sessions.
   *
   * @param loopClock ticked by {@link #turn} and by nobody else
   */
  public Kernel(Settings settings, AwakeClock loopClock, Door door, Outbox outbox, Moment start) {
    this.registry = new Registry(settings, loopClock, door, outbox, start);
    this.registrar = new Registrar(registry);
    this.operator = new Operator(registry);
    this.wake = new Wake(loopClock, door, start);
    this.admission = new Admission(loopClock, start.nanos());
    this.draining = new Draining(loopClock, door);
    this.leaving = new Leaving(registry);
    this.verdicts = new Verdicts(registry, wake, draining);
    this.overload = new Overload(settings.stretch(), registry.stretch, outbox);
    this.awakeAtStart = loopClock.awake(start.nanos());
  }

  /**
   * Goes on where an earlier process stopped; before the first turn, when we are about to be
   * reachable. Everybody keeps state, token and incarnation, and gets the own timeout anew.
   *
   * @return the entries of this process, in the order of what was kept
   */
  public List<Entry> recall(Kept kept, Moment now) {
    operator.recall(kept.overrides());
    overload.recall(kept.stretched());
    List<Entry> recalled = new Recall(registry, kept, now).all();
    registry.roles.recall(kept.roleWaits(), kept.isBeginning(), now);
    return recalled;
  }

  /**
   * One turn. Bounded work.
   *
   * @return the work done: arrivals drained and deadlines looked at
   */
  public int turn(Moment now, Inbox arrived) {
    wake.turn(now);
    registry.roles.begin(now);
    admission.turn(now.nanos(), arrived.longestWaitNanos(now.nanos()));
    int work = arrived.drain(new Arrivals(now), registry.settings.maxMailPerTurn());
    work += verdicts.turn(now, arrived);
    work += operator.turn(now);
    work += registry.retention.turn(now);
    work += registry.roles.turn(now);
    return work;
  }

  /** Whether everybody is sent away, from now on. Before a turn. */
  public void drain(boolean on, Moment now) {
    draining.turn(on, now);
  }

  /** A change that was proposed has its revision. */
  public void onCommitted(Draft draft, Change change, Moment now) {
    Session session = registry.find(change.key());
    if (session != null && session.entry.incarnation() == change.after().incarnation()) {
      session.revision = change.revision();
      session.uncommitted--;
      if (draft.grants()) {
        registry.onGranted(session, now);
      }
      registry.roles.onCommitted(session, change.after());
    }
    leaving.onCommitted(change);
  }

  /** A note is kept. */
  public void onKept(Note note, Moment now) {
    Session session = registry.find(note.key());
    if (note instanceof Note.Resumed resumed
        && Answer.grants(note.answers())
        && session != null
        && session.entry.incarnation() == resumed.entry().incarnation()) {
      registry.onGranted(session, now);
    }
  }

  /** By how much times are stretched is kept. */
  public void onKept(Stretched stretched) {
    overload.onKept(stretched);
  }

  /** About once a second: how much there was to do. */
  public void onLoad(Load load, Moment now) {
    overload.onLoad(
        load,
        new Circumstances(
            admission.takeHasQueued(),
            isWarmingUp(now),
            registry.suspectShare(),
            registry.preservation.medianIntervalNanos()));
    registry.preservation.onStretch(registry.stretch.medianPercent());
  }

  /** Percent of its wish that who registers or resumes now is granted; nobody lives by less. */
  public int stretchPercent() {
    return registry.stretch.percent();
  }

  /** Percent of its wish that somebody may still live by: nobody lives by more. */
  public int greatestStretchPercent() {
    return registry.stretch.greatestPercent();
  }

  /** The machine was suspended: every session gets its timeout anew. Within a turn or between. */
  public void onSuspended(Moment now) {
    wake.onSuspended(now);
  }

  /** How we judge at this instant. */
  public DetectorMode mode(Moment now) {
    if (registry.preservation.isOn()) {
      return DetectorMode.PRESERVATION;
    }
    if (admission.isOn()) {
      return DetectorMode.ADMITTING;
    }
    if (wake.lasts(now) || wake.isBlind(now)) {
      return DetectorMode.PAUSED;
    }
    return isWarmingUp(now) ? DetectorMode.WARM_UP : DetectorMode.NORMAL;
  }

  /**
   * True while those whom an earlier process knew, or may have known, come back; whatever the mode
   * is. Awake time: who waits at our door, or for us, is not known by waiting.
   */
  public boolean isWarmingUp(Moment now) {
    long sinceStart = registry.awake(now) - awakeAtStart;
    boolean awaits = registry.isAwaiting() && sinceStart < MAX_WARM_UP_NANOS;
    return awaits || sinceStart < registry.settings.warmUpNanos();
  }

  /** True while a reader has been stuck for so long that we judge nobody. */
  public boolean isBlind(Moment now) {
    return wake.isBlind(now);
  }

  /** Sessions that are not ended. */
  public int live() {
    return registry.live();
  }

  /** What a stream has to tell. */
  private void onNews(Pulse pulse, Moment now) {
    News news = pulse.take();
    Session session = pulse.session;
    if (news == null || session == null) {
      return;
    }
    if (news.heard()) {
      registry.onSignOfLife(session);
    }
    if (!session.isLive()) {
      return;
    }
    if (news.heard()) {
      verdicts.onHeard(session, news, now);
    }
    Released released = news.released();
    if (released != null) {
      registry.roles.onReleased(session, released, now);
    }
    News.Ending ending = news.ending();
    if (ending != null) {
      switch (ending.end()) {
        case LEFT -> verdicts.onLeave(session, Cause.LEAVE, ending.text(), now);
        case CLOSED -> verdicts.onLeave(session, Cause.STREAM_CLOSED, "", now);
        case LOST -> verdicts.onLost(session, ending, now);
        case EXPIRED -> verdicts.onAuthExpired(session, ending, now);
      }
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
    public void onLeave(Command.Leave ask) {
      leaving.onLeave(ask, now);
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
    public void onHandOver(Command.HandOver ask) {
      registry.roles.onHandOver(ask, now);
    }

    @Override
    public void onProbed(Command.Probed told) {
      verdicts.onProbed(told, now);
    }

    @Override
    public void onPutOff(PutOff putOff) {
      verdicts.onPutOff(putOff, now);
    }

    @Override
    public void onNews(Pulse pulse) {
      Kernel.this.onNews(pulse, now);
    }
  }
}
