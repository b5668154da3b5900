package io.pulsewatch.server.liveness;

import org.jspecify.annotations.Nullable;

/**
 * What a stream has to tell the loop. Later news fold into earlier ones that the loop has not taken
 * yet, so a stream never holds more than one.
 *
 * @param heard a heartbeat that the loop must ack, since it judges this pulse or a status changed
 * @param sequence of the newest such heartbeat
 * @param sentNanos echo for its ack
 * @param gap longest silence that these heartbeats ended
 * @param status newly reported; null: unchanged
 * @param ending how the stream ended; null while it lives. The first ending counts.
 * @param holdNanos the announced pause; 0: none any more; {@link #SAME_HOLD}
 * @param stalled the progress rules whose counters stand still, as bits; {@link #UNCHANGED}
 * @param released roles that it gives up; null: none
 */
public record News(
    boolean heard,
    long sequence,
    long sentNanos,
    Gap gap,
    @Nullable Status status,
    @Nullable Ending ending,
    long holdNanos,
    int stalled,
    @Nullable Released released) {
  /** The announced pause is as it was. */
  public static final long SAME_HOLD = -1;

  /** Progress is as it was. */
  public static final int UNCHANGED = -1;

  /** News that say nothing of a pause, nor of progress. */
  public News(
      boolean heard,
      long sequence,
      long sentNanos,
      Gap gap,
      @Nullable Status status,
      @Nullable Ending ending) {
    this(heard, sequence, sentNanos, gap, status, ending, SAME_HOLD, UNCHANGED, null);
  }

  /**
   * How a stream ended.
   *
   * @param text LEFT: the client's reason; LOST: what the transport said
   * @param waitNanos LOST because we sent it away: the wait that we named; else 0
   */
  public record Ending(End end, String text, long waitNanos) {
    public Ending(End end, String text) {
      this(end, text, 0);
    }
  }

  /** The ends of a stream. */
  public enum End {
    /** The client sent a goodbye. */
    LEFT,
    /** The client half-closed. */
    CLOSED,
    /** Reset, cancelled, the connection broke, or we ended it. */
    LOST,
    /** We ended it, for the credentials that it lived on are good no more. */
    EXPIRED
  }

  public static News heard(long sequence, long sentNanos, Gap gap, @Nullable Status status) {
    return new News(true, sequence, sentNanos, gap, status, null);
  }

  public static News ended(Ending ending) {
    return new News(false, 0, 0, Gap.NONE, null, ending);
  }

  static News released(Released roles) {
    return new News(false, 0, 0, Gap.NONE, null, null).releasing(roles);
  }

  /** The same, announcing a pause; 0: none. */
  public News holding(long nanos) {
    return new News(heard, sequence, sentNanos, gap, status, ending, nanos, stalled, released);
  }

  /** The same, giving up roles. */
  public News releasing(@Nullable Released roles) {
    return new News(heard, sequence, sentNanos, gap, status, ending, holdNanos, stalled, roles);
  }

  News then(News later) {
    return new News(
        heard || later.heard,
        later.heard ? later.sequence : sequence,
        later.heard ? later.sentNanos : sentNanos,
        gap.longer(later.gap),
        later.status != null ? later.status : status,
        ending != null ? ending : later.ending,
        later.holdNanos != SAME_HOLD ? later.holdNanos : holdNanos,
        later.stalled != UNCHANGED ? later.stalled : stalled,
        released == null || later.released == null
            ? (released == null ? later.released : released)
            : released.and(later.released));
  }

  News withStalled(int rules) {
    return new News(heard, sequence, sentNanos, gap, status, ending, holdNanos, rules, released);
  }
}
