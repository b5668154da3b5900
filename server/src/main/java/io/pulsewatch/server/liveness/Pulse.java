package io.pulsewatch.server.liveness;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one stream has shown of its sender: the newest arrival, the sequence, and what it has to
 * tell.
 *
 * <p>A heartbeat that brings no news costs a few field writes here and nothing anywhere else.
 *
 * <p><b>Expire against arrive.</b> The event loop writes the arrival, then reads the mark. The
 * liveness loop writes the mark, then reads the arrival. Both fields are volatile, so at least one
 * of the two sees the other: either the heartbeat finds the mark and goes to the loop as news, or
 * the loop finds the arrival and takes the mark back. Only the loop decides, and a heartbeat that
 * arrived counts. A suspect's pulse stays marked: each heartbeat of it is news until the loop lifts
 * the mark.
 *
 * <p>Written by the thread that reads its stream; the mark and {@link #take} belong to the loop.
 * Other threads may read the newest sequence and arrival.
 */
public final class Pulse extends Lessons {
  private static final VarHandle NEWS;

  static {
    try {
      NEWS = MethodHandles.lookup().findVarHandle(Pulse.class, "news", News.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Reader reader;
  private final AwakeClock loopClock;

  private long arrivalNanos;
  private long arrivalByReader;
  private volatile long arrivalByLoop;

  private long lastSequence;
  private long skipped;
  private boolean counting;
  private final SenderClock sender = new SenderClock();

  /** The silence before the next heartbeat held an answer to a question: it teaches nothing. */
  private boolean answered;

  private @Nullable Status status;
  private boolean holding;

  private @Nullable Progress progress;

  /** It was heard so long before its arrival, as far as is known: an earlier process heard it. */
  private long unheardNanos;

  /** An earlier process heard it on a stream. */
  private boolean wasStream;

  private volatile boolean marked;
  private volatile @Nullable News news;

  /** What its acks list: written by the loop when it is committed, read with each ack. */
  private volatile List<HeldRole> roles = List.of();

  /** Confined to the loop: whose pulse this is; null before it is registered. */
  @Nullable Session session;

  public Pulse(Reader reader, AwakeClock loopClock, long nowNanos) {
    this.reader = reader;
    this.loopClock = loopClock;
    restart(nowNanos);
  }

  /** What was granted, without stretching. */
  void grant(Times granted) {
    grant(granted, Times.AS_GRANTED);
  }

  /**
   * The sender is told these times, so stretched. Loop only, and before the stream's first
   * heartbeat; from then on the reading thread only, before it tells. The loop, which may see the
   * change a little later, judges by it once it has seen the reader pass.
   */
  public void grant(Times granted, int stretchPercent) {
    Times times = granted.stretched(stretchPercent);
    plan(times, stretchPercent);
    if (progress != null) {
      progress.expect(times.intervalNanos());
    }
  }

  /** What came of a heartbeat, or of an ending. */
  public enum Outcome {
    /** Ack it at once: nothing else to do. */
    ACK,
    /** It goes to the loop as news, which will ack: put this pulse into the mailbox. */
    POST,
    /** It is news, and the mailbox has this pulse already. */
    POSTED
  }

  /**
   * A heartbeat arrived. Reading thread only.
   *
   * @param sequence its number; 0: the next one
   * @param sentNanos the sender's clock, an echo for the ack; 0: it shows none
   * @param lateNanos how late the sender says that its timer fired; {@link Evidence#UNKNOWN}: it
   *     does not say
   * @param reported its status; null: unchanged
   */
  public Outcome onHeartbeat(
      long sequence, long sentNanos, long lateNanos, @Nullable Status reported, long nowNanos) {
    return onHeartbeat(sequence, sentNanos, lateNanos, reported, 0, nowNanos);
  }

  /**
   * A heartbeat that may announce a pause. Reading thread only.
   *
   * @param holdNanos how long; 0: none, which ends an earlier one
   */
  public Outcome onHeartbeat(
      long sequence,
      long sentNanos,
      long lateNanos,
      @Nullable Status reported,
      long holdNanos,
      long nowNanos) {
    long slots = count(sequence);
    sender.onHeartbeat(slots, sentNanos, lateNanos);
    long before = arrivalByReader;
    long gapNanos = nowNanos - arrivalNanos;
    arrivalNanos = nowNanos;
    arrivalByReader = reader.clock().stamp(nowNanos);
    long silence = arrivalByReader - before;
    boolean teaches = silence == gapNanos && !holding && !answered;
    teach(slots, arrivalByReader, teaches, marked);
    answered = false;
    arrivalByLoop = loopClock.awake(nowNanos);
    boolean newer = slots > 0;
    boolean changed = newer && reported != null && reported != status;
    boolean announces = newer && (holding || holdNanos > 0);
    holding = newer ? holdNanos > 0 : holding;
    status = changed ? reported : status;
    int stalled = progress == null ? News.UNCHANGED : stalledNow(progress, sentNanos);
    if (!changed && !marked && !announces && stalled == News.UNCHANGED) {
      return Outcome.ACK;
    }
    Status news = changed ? reported : null;
    Gap gap = new Gap(Math.max(0, silence), Math.max(0, gapNanos - silence), sender.gap());
    News heard = News.heard(lastSequence, sentNanos, gap, news).withStalled(stalled);
    return post(announces ? heard.holding(holdNanos) : heard);
  }

  /**
   * Something is asked over this stream: when, in awake time of its reader. Reading thread only.
   */
  public long onAsked(long nowNanos) {
    return reader.clock().stamp(nowNanos);
  }

  /**
   * True where an answer that arrives now comes in time: our own pauses do not count. Reading
   * thread only.
   *
   * @param askedByReader what {@link #onAsked} said
   */
  public boolean isInTime(long askedByReader, long withinNanos, long nowNanos) {
    return reader.clock().stamp(nowNanos) - askedByReader <= withinNanos;
  }

  /**
   * The sender answered a question about itself on this stream: a sign of life that has no number
   * and is not acked, so it ends a suspicion only through the loop. Reading thread only.
   *
   * @param askedByReader what {@link #onAsked} said
   * @return what to tell the loop; null where it came too late, which changes nothing
   */
  public Command.@Nullable OwnAnswer onAnswer(long askedByReader, long withinNanos, long nowNanos) {
    if (!isInTime(askedByReader, withinNanos, nowNanos)) {
      return null;
    }
    long before = arrivalByReader;
    arrivalNanos = nowNanos;
    arrivalByReader = reader.clock().stamp(nowNanos);
    arrivalByLoop = loopClock.awake(nowNanos);
    answered = true;
    return new Command.OwnAnswer(this, arrivalByReader - before);
  }

  /** What the sender promises of its work. */
  List<Progress.Rule> rules() {
    Progress watched = progress;
    return watched == null ? List.of() : watched.rules();
  }

  /**
   * Loop only: what of the sender's work a process to come has to know.
   *
   * @param stalled what stands still, as far as the loop was told
   */
  KeptProgress keptProgress(int stalled) {
    Progress watched = progress;
    if (watched == null) {
      return KeptProgress.NONE;
    }
    // Counters of a stream belong to who reads it; whatever stream is next begins without them.
    return reader instanceof Door
        ? watched.kept()
        : new KeptProgress(watched.rules(), stalled, Map.of());
  }

  /** Watches the sender's work from now on. Reading thread only, and before it is registered. */
  public void watch(Progress watched) {
    this.progress = watched;
  }

  /** Counters came with the heartbeat that is handed in next. Reading thread only. */
  public void onProgress(Map<String, Long> counters) {
    Progress watched = progress;
    if (watched != null) {
      watched.take(counters);
    }
  }

  /** What stands still, where that is news. */
  private int stalledNow(Progress watched, long sentNanos) {
    int before = watched.stalled();
    int now = watched.look(status == Status.SERVING, arrivalByReader, sentNanos);
    return now == before ? News.UNCHANGED : now;
  }

  /** The stream ended. Reading thread only. A loss is never dropped. */
  public Outcome onEnd(News.Ending ending) {
    return post(News.ended(ending));
  }

  /** Its sender gives up roles. Reading thread only. */
  public Outcome onReleased(Released released) {
    return post(News.released(released.knowing(roles)));
  }

  /** What its sender holds, as committed: each ack lists it. Any thread. */
  public List<HeldRole> roles() {
    return roles;
  }

  /** Loop only. Whoever reads what was here before has stamped what he acks before. */
  void tellRoles(List<HeldRole> held) {
    roles = held;
  }

  /** Newest sequence; exact on the reading thread, recent on others. */
  public long lastSequence() {
    return lastSequence;
  }

  /** Newest arrival on the monotonic clock; exact on the reading thread, recent on others. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  /** The newest sign of life that is known; later than that nobody says that it was heard. */
  long heardNanos() {
    return arrivalNanos - unheardNanos;
  }

  /** True where unary beats carry it, and no stream. */
  boolean isByBeat() {
    return reader instanceof Door && !wasStream;
  }

  Reader reader() {
    return reader;
  }

  long skipped() {
    return skipped;
  }

  /** The newest gap as the sender shows it. */
  Gap.Sender sender() {
    return sender.gap();
  }

  /** Loop only. Takes what the stream had to tell; null where another turn took it. */
  @Nullable News take() {
    return (News) NEWS.getAndSet(this, null);
  }

  /** True while something waits in the mailbox: do not judge before it is read. */
  boolean hasNews() {
    return news != null;
  }

  /** Loop only, and before the stream's first heartbeat: the session goes on where it was. */
  void continueFrom(long sequence, Status registered) {
    lastSequence = sequence;
    status = registered;
  }

  /** Loop only, and before the stream's first heartbeat: the deadline starts at this instant. */
  void restart(long nowNanos) {
    arrivalNanos = nowNanos;
    arrivalByReader = reader.clock().awake(nowNanos);
    arrivalByLoop = loopClock.awake(nowNanos);
  }

  /**
   * Loop only, and before anybody else sees it: an earlier process heard the sender. What passed
   * since that stopped was no silence of the sender's.
   *
   * @param goneNanos since when nobody could hear it
   * @param heardAgoNanos when it was heard last, as far as is known: heartbeats are not kept
   * @param stream whether a stream carried it
   */
  void recall(long goneNanos, long heardAgoNanos, boolean stream, long nowNanos) {
    arrivalNanos = nowNanos - goneNanos;
    unheardNanos = Math.max(0, heardAgoNanos - goneNanos);
    wasStream = stream;
  }

  /**
   * Loop only: a unary beat brought this pulse, and it arrived when the pulse was made. False for a
   * sequence that renews liveness only.
   */
  boolean beat(long sequence, boolean teaches, boolean doubted) {
    long slots = count(sequence);
    teach(slots, arrivalByReader, teaches, doubted);
    return slots > 0;
  }

  /**
   * Loop only, and before the stream's first heartbeat: what the old pulse has learnt goes on,
   * unless the client chose anew. A beat chooses nothing.
   */
  void learnFrom(Pulse old, boolean chooses) {
    // Beats are heard on the loop, one after the other: they share what they learn.
    learnFrom(old, chooses, old.reader instanceof Door && reader instanceof Door);
  }

  /**
   * Loop only, and before this stream's first heartbeat: the work of the same sender goes on.
   *
   * @param stalled what stood still
   * @return what does so now
   */
  int continueWork(Pulse before, boolean onlyBeats, int stalled) {
    Progress old = before.progress;
    Progress mine = progress;
    if (old == null || (mine != null && !mine.hasRulesOf(old)) || (mine == null && !onlyBeats)) {
      return 0;
    }
    if (onlyBeats && before.reader == reader) { // both are the loop's, and no stream writes them
      if (mine != null) {
        old.takeFrom(mine);
      }
      progress = old;
      return stalled;
    }
    Progress next = mine == null ? old.afresh() : mine;
    next.continueFrom(stalled);
    progress = next;
    return stalled;
  }

  /** Loop only: looks at the work with a unary beat. */
  int lookByBeat(Status reported, long sentNanos) {
    status = reported;
    return progress == null
        ? 0
        : progress.look(reported == Status.SERVING, arrivalByReader, sentNanos);
  }

  /** Loop only: from here on each heartbeat is news. Read {@link #silenceNanos} again after it. */
  void mark() {
    marked = true;
  }

  void unmark() {
    marked = false;
  }

  boolean isMarked() {
    return marked;
  }

  /**
   * Awake silence of this stream, by the loop's clock and its reader's, whichever is shorter. None
   * where it was heard after this instant, or where a late tick has taken back awake time since.
   */
  long silenceNanos(long nowNanos) {
    long byLoop = loopClock.awake(nowNanos) - arrivalByLoop;
    long byReader = reader.clock().awake(nowNanos) - arrivalByReader;
    return Math.max(0, Math.min(byLoop, byReader));
  }

  /**
   * Returns the schedule slots that the sequence stands for: 1 where it proves no gap, 0 where it
   * is not greater than the last and renews liveness only.
   */
  private long count(long sequence) {
    if (sequence == 0) {
      lastSequence++;
      counting = false;
      return 1;
    }
    if (sequence <= lastSequence) {
      return 0;
    }
    long slots = counting ? sequence - lastSequence : 1;
    skipped += slots - 1;
    lastSequence = sequence;
    counting = true;
    return slots;
  }

  private Outcome post(News later) {
    while (true) {
      News waiting = news;
      News folded = waiting == null ? later : waiting.then(later);
      if (NEWS.compareAndSet(this, waiting, folded)) {
        return waiting == null ? Outcome.POST : Outcome.POSTED;
      }
    }
  }
}
