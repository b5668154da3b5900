package io.pulsewatch.server.liveness;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
public final class Pulse {
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
  private long senderLateNanos;
  private boolean counting;
  private @Nullable Status status;

  private volatile boolean marked;
  private volatile @Nullable News news;

  /** Confined to the loop: whose pulse this is; null before it is registered. */
  @Nullable Session session;

  public Pulse(Reader reader, AwakeClock loopClock, long nowNanos) {
    this.reader = reader;
    this.loopClock = loopClock;
    restart(nowNanos);
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
   * @param sentNanos echo for the ack
   * @param lateNanos how late the sender's timer fired
   * @param reported its status; null: unchanged
   */
  public Outcome onHeartbeat(
      long sequence, long sentNanos, long lateNanos, @Nullable Status reported, long nowNanos) {
    boolean newer = count(sequence);
    senderLateNanos = lateNanos;
    long before = arrivalByReader;
    arrivalNanos = nowNanos;
    arrivalByReader = reader.clock().stamp(nowNanos);
    arrivalByLoop = loopClock.awake(nowNanos);
    boolean changed = newer && reported != null && reported != status;
    if (!changed && !marked) {
      return Outcome.ACK;
    }
    status = changed ? reported : status;
    return post(
        News.heard(lastSequence, sentNanos, arrivalByReader - before, changed ? reported : null));
  }

  /**
   * The sender answered on this stream: a sign of life that has no number and is not acked, so it
   * ends a suspicion only through the loop. Reading thread only.
   *
   * @return the silence that it ended
   */
  public long onAnswer(long nowNanos) {
    long before = arrivalByReader;
    arrivalNanos = nowNanos;
    arrivalByReader = reader.clock().stamp(nowNanos);
    arrivalByLoop = loopClock.awake(nowNanos);
    return arrivalByReader - before;
  }

  /** The stream ended. Reading thread only. A loss is never dropped. */
  public Outcome onEnd(News.Ending ending) {
    return post(News.ended(ending));
  }

  /** Newest sequence; exact on the reading thread, recent on others. */
  public long lastSequence() {
    return lastSequence;
  }

  /** Newest arrival on the monotonic clock; exact on the reading thread, recent on others. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  Reader reader() {
    return reader;
  }

  long skipped() {
    return skipped;
  }

  long senderLateNanos() {
    return senderLateNanos;
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
   * Loop only: a unary beat brought this pulse, and it arrived when the pulse was made. False: as
   * {@link #count}.
   */
  boolean beat(long sequence) {
    return count(sequence);
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

  /** Awake silence of this stream, by the loop's clock and its reader's, whichever is shorter. */
  long silenceNanos(long nowNanos) {
    long byLoop = loopClock.awake(nowNanos) - arrivalByLoop;
    long byReader = reader.clock().awake(nowNanos) - arrivalByReader;
    return Math.min(byLoop, byReader);
  }

  /** Returns false for a sequence that is not greater than the last: it renews liveness only. */
  private boolean count(long sequence) {
    if (sequence == 0) {
      lastSequence++;
      counting = false;
      return true;
    }
    if (sequence <= lastSequence) {
      return false;
    }
    skipped += counting ? sequence - lastSequence - 1 : 0;
    lastSequence = sequence;
    counting = true;
    return true;
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
