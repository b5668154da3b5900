package io.pulsewatch.server.liveness;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One registration, kept alive by the newest pulse; after its end, the memory of it until
 * retention.
 *
 * <p>Confined to the loop.
 */
final class Session {
  static final long NO_TICKET = -1;

  /** The longest wait that we name. */
  static final long MAX_PUT_OFF = TimeUnit.HOURS.toNanos(1);

  final InstanceKey key;
  final DeadlineWheel.Timer<Session> timer = new DeadlineWheel.Timer<>(this);

  /** Revision of its last change that is committed. */
  long revision;

  /** Changes of it that are on their way to the ledger. */
  int uncommitted;

  /** As decided; it may be ahead of what is committed, and its revision is 0 until then. */
  Entry entry;

  Pulse pulse;
  Token token;
  String processId;

  /** Whom to tell; null where the stream is gone, and for beats, which get their answer at once. */
  Answer.@Nullable Caller stream;

  /** Who must have looked at his sockets before a verdict: the stream's reader, else the door. */
  Reader witness;

  /** The witness's ticket while a verdict is due; {@link #NO_TICKET} while none is. */
  long ticket = NO_TICKET;

  /** How often the verdict that is due has found mail, though its witness had passed. */
  int mailFound;

  /** The mail that it found then is what had been posted so far. */
  long mailPosted;

  /** The verdict that the ticket was drawn for. */
  Judge.Kind due = Judge.Kind.WAIT;

  /** Came by unary beats and never had a stream. */
  boolean byBeat;

  /** Why it was declared dead for want of signs of life; null once such a sign came after all. */
  @Nullable Cause verdict;

  /** The stream was lost, at this awake time of loop and door. */
  boolean lost;

  /** So many drains were over then. */
  int lostAfterDrains;

  long lostByLoop;
  long lostByDoor;

  /** Silence when the stream was lost; it goes on by the clocks of loop and door. */
  private long silenceAtLoss;

  /** The loss was read in the wake of a pause of ours. */
  boolean ownFault;

  String transportError = "";

  /** What came of asking, while it is suspected. */
  List<Probe> probes = List.of();

  /** A settling entry is settled at this awake time of the loop. */
  long settledByLoop;

  /** What the instance said last of itself. */
  Status reported;

  /** Progress rules whose counters stand still, as bits. */
  private int stalled;

  /** Why what others are shown changed last. */
  Cause shownBecause = Cause.REPORTED;

  /** An earlier process knew it, and it was not heard since. */
  boolean recalled;

  /** Grants that are on their way to the ledger. */
  private int ungranted;

  /** Something of it is not in the ledger yet that a restart would need. */
  private boolean unsaved;

  /** The same for its progress, on which nobody relies before it is durable. */
  private boolean unsavedProgress;

  /** By how much what it was granted is longer. */
  final OwnStretch stretch;

  /** Where it stands among those who may be taken away together. */
  final Neighbourhood place;

  /** We sent it away at this awake time of loop and door, and wait for so long at the least. */
  private long putOffNanos;

  private long putOffByLoop;
  private long putOffByDoor;

  /** It was heard last at this instant when we did. */
  private long heardBeforePutOffNanos;

  Session(
      Entry entry,
      Pulse pulse,
      Token token,
      String processId,
      Neighbourhood place,
      OwnStretch stretch) {
    this.key = entry.key();
    this.entry = entry;
    this.pulse = pulse;
    this.token = token;
    this.processId = processId;
    this.place = place;
    this.stretch = stretch;
    this.witness = pulse.reader();
    this.reported = entry.status();
    pulse.session = this;
  }

  boolean isLive() {
    return entry.state().isLive();
  }

  /** What was granted, as stretched: by these it is judged. */
  Times times() {
    return stretch.of(entry.times());
  }

  /** Shorter times hold once no fence by the longer ones can be left. */
  void goBack(long nowNanos) {
    stretch.goBack(entry.times(), nowNanos);
  }

  /** How long it takes until shorter times hold. */
  long untilBackNanos(long nowNanos) {
    return stretch.untilBackNanos(entry.times(), nowNanos);
  }

  /** What is to be told on its stream; nothing where it has none. */
  List<Answer> told(Answer.Reply reply) {
    Answer.Caller to = stream;
    return to == null ? List.of() : List.of(new Answer(to, reply));
  }

  /**
   * Who came by beats is renewed by its name alone, and given a token with each renewal. Those
   * guard nothing that the name does not open, so their secrets are not kept: a disk would have to
   * learn each of them.
   */
  boolean accepts(@Nullable Token presented) {
    return presented != null
        && presented.incarnation() == entry.incarnation()
        && (byBeat || presented.sameSecret(token));
  }

  /** True for who shows its token, or is the same process. */
  boolean isOf(@Nullable Token presented, String process) {
    return accepts(presented) || (!processId.isEmpty() && processId.equals(process));
  }

  boolean isOf(PutOff putOff) {
    return isOf(putOff.presented(), putOff.processId()) || (byBeat && putOff.byBeat());
  }

  /** It shows itself by this from now on; the ledger has to know. */
  void knownBy(Token itsToken, String itsProcess) {
    unsaved = unsaved || !itsToken.equals(token) || !itsProcess.equals(processId);
    token = itsToken;
    processId = itsProcess;
  }

  /** It goes on where an earlier process stopped. */
  void goOn(Memory memory) {
    byBeat = memory.byBeat();
    reported = memory.reported();
    stalled = memory.progress().stalled();
  }

  /** True once, where the ledger lacks something of its progress. */
  boolean takeUnsavedProgress() {
    boolean taken = unsavedProgress;
    unsavedProgress = false;
    return taken;
  }

  /** True once, where the ledger lacks something that a restart would need. */
  boolean takeUnsaved() {
    boolean taken = unsaved;
    unsaved = false;
    return taken;
  }

  /** Its deadlines start when that is committed. */
  void awaitGrant() {
    ungranted++;
  }

  /** True while its sender is not told yet that it is his, and so sends nothing. */
  boolean isUngranted() {
    return ungranted > 0;
  }

  /** Returns whether all that was granted is told now. */
  boolean onGranted() {
    ungranted--;
    return ungranted == 0;
  }

  /** What must outlive the process. */
  Memory memory(Moment now) {
    long heardAgoNanos = now.nanos() - pulse.heardNanos();
    return new Memory(
        token,
        processId,
        byBeat,
        pulse.choice(),
        reported,
        pulse.lastSequence(),
        now.wallMillis() - heardAgoNanos / 1_000_000,
        entry.vitals().flapMillis(now),
        pulse.keptProgress(stalled));
  }

  /** What others are shown: stuck behind a SERVING is DEGRADED. */
  Status shown() {
    return stalled != 0 && reported == Status.SERVING ? Status.DEGRADED : reported;
  }

  /** Takes what the instance says of itself, and what its counters do. */
  void hear(@Nullable Status said, int stalledNow) {
    Status before = shown();
    reported = said == null ? reported : said;
    Status byReport = shown();
    if (stalledNow != News.UNCHANGED && stalledNow != stalled) {
      stalled = stalledNow;
      unsavedProgress = true;
    }
    if (shown() != before) {
      shownBecause = byReport == before ? Cause.PROGRESS_STALLED : Cause.REPORTED;
    }
  }

  /** The same for a unary beat, which is looked at here. */
  void hearBeat(@Nullable Status said, long sentNanos) {
    hear(said, pulse.lookByBeat(said == null ? reported : said, sentNanos));
  }

  /**
   * A new stream, or a beat, carries the session on.
   *
   * @param chooses it said how its silences are to be judged
   */
  void carryOn(Pulse next, Answer.@Nullable Caller caller, boolean onlyBeats, boolean chooses) {
    next.continueFrom(pulse.lastSequence(), reported);
    List<Progress.Rule> promised = pulse.rules();
    stalled = next.continueWork(pulse, onlyBeats || caller == null, stalled);
    unsavedProgress |= !next.rules().equals(promised);
    next.learnFrom(pulse, chooses);
    next.tellRoles(pulse.roles());
    next.session = this;
    pulse.session = null;
    pulse.mark(); // from here on no heartbeat of the old stream is acked
    pulse = next;
    entry.vitals().carryOn(next);
    stream = caller;
    witness = next.reader();
    lookAnew();
    unsaved |= byBeat && !onlyBeats; // from here on the name alone opens nothing, restarts or not
    byBeat = onlyBeats;
    lost = false;
    ownFault = false;
    putOffNanos = 0;
    transportError = "";
  }

  /** The stream is gone: from here on it may come back through any reader. */
  void lose(String error, boolean weWerePaused, AwakeClock loop, Door door, long nowNanos) {
    lost = true;
    ownFault = weWerePaused;
    transportError = error;
    silenceAtLoss = pulse.silenceNanos(nowNanos);
    lostByLoop = loop.awake(nowNanos);
    lostByDoor = door.clock().awake(nowNanos);
    witness = door;
    lookAnew();
    stream = null;
  }

  /** Whatever is due: nobody has looked for it yet. */
  void lookAnew() {
    ticket = NO_TICKET;
    mailFound = 0;
  }

  /** We sent it away and named a wait: it gets that and its timeout, whatever else is due. */
  void putOff(long waitNanos, AwakeClock loop, Door door, long nowNanos) {
    putOffNanos =
        Math.max(
            putOffNanos(loop, door, nowNanos),
            Math.min(waitNanos, MAX_PUT_OFF) + times().timeoutNanos());
    heardBeforePutOffNanos = pulse.arrivalNanos();
    putOffByLoop = loop.awake(nowNanos);
    putOffByDoor = door.clock().awake(nowNanos);
  }

  /**
   * Whether it has no stream that we could hear it on: there is none, or it has come to us another
   * way since it was heard on that one, and we sent it away.
   */
  boolean isAway() {
    return stream == null || (putOffNanos != 0 && pulse.arrivalNanos() == heardBeforePutOffNanos);
  }

  /** How long we still owe it, or {@link Judge#NOTHING}. */
  long putOffNanos(AwakeClock loop, Door door, long nowNanos) {
    return putOffNanos == 0
        ? Judge.NOTHING
        : putOffNanos
            - Math.min(
                loop.awake(nowNanos) - putOffByLoop, door.clock().awake(nowNanos) - putOffByDoor);
  }

  /** What it is owed from an instant on at which we may hear it again. */
  long owedNanos() {
    boolean noHold = lost && entry.times().resumeWindowNanos() == 0;
    long announced = noHold ? 0 : entry.hold().nanos();
    return Math.max(Math.max(putOffNanos, times().timeoutNanos()), announced);
  }

  /** Awake time since the loss, by loop and door, whichever is shorter. */
  long lostNanos(AwakeClock loop, Door door, long nowNanos) {
    return lost
        ? Math.min(loop.awake(nowNanos) - lostByLoop, door.clock().awake(nowNanos) - lostByDoor)
        : Judge.NOT_LOST;
  }

  /**
   * Awake silence, by everybody through whom it could have ended: the loop, the stream's reader
   * and, from its loss on, the door.
   */
  long silenceNanos(AwakeClock loop, Door door, long nowNanos) {
    long ofPulse = pulse.silenceNanos(nowNanos);
    return lost ? Math.min(ofPulse, silenceAtLoss + lostNanos(loop, door, nowNanos)) : ofPulse;
  }

  /** The announced pause after these news. */
  Hold holdAfter(@Nullable News news, Moment now) {
    return news == null || news.holdNanos() == News.SAME_HOLD
        ? entry.hold()
        : Hold.announced(news.holdNanos(), pulse.arrivalNanos(), now);
  }

  /** A doubt that ends counts; after one too many it has to settle before it serves again. */
  Entry withdrawing(Entry after, AwakeClock loop, Moment now) {
    if (entry.state() != State.SUSPECT || after.state() != State.ALIVE) {
      return after;
    }
    entry.vitals().withdraw(now.nanos());
    long damp = dampNanos(now);
    settledByLoop = loop.awake(now.nanos()) + damp;
    return after.settling(damp > 0);
  }

  /**
   * How long the next suspicion waits for what is withdrawn too often; after a restart, for those
   * who are on their way back.
   */
  long dampNanos(Moment now) {
    long damp = entry.vitals().dampNanos(times(), now.nanos());
    return recalled ? Math.max(damp, times().timeoutNanos() / 2 - pulse.doubtNanos()) : damp;
  }

  /** What is known at this instant. */
  Evidence evidence(long overdueNanos, long nowNanos) {
    long silence = pulse.silenceNanos(nowNanos);
    long paused = Math.max(0, nowNanos - pulse.arrivalNanos() - silence);
    return evidence(new Gap(silence, paused, pulse.sender()), overdueNanos, 0);
  }

  /** What is known when a heartbeat has just ended a silence. */
  Evidence evidenceOfGap(Gap gap) {
    return evidence(gap, 0, gap.sender().plannedNanos(pulse.intervalNanos()));
  }

  private Evidence evidence(Gap gap, long overdueNanos, long plannedNanos) {
    return new Evidence(
        gap.silenceNanos(),
        pulse.lastSequence(),
        pulse.skipped(),
        overdueNanos,
        gap.pausedNanos(),
        gap.sender().lateNanos(pulse.intervalNanos()),
        (double) gap.silenceNanos() / pulse.doubtNanos(),
        transportError,
        "",
        pulse.jitterNanos(),
        plannedNanos,
        probes);
  }
}
