package io.pulsewatch.server.liveness;

/**
 * The sender's side of the newest gap on one stream: how many slots it counts, and how far apart
 * both heartbeats were by its own clock.
 *
 * <p>Send times differ as arrival times do unless the path was slow, whatever the clock's origin.
 * That origin is another one for another process, so each stream begins without a clock.
 *
 * <p>Confined to the thread that reads the stream. The loop reads it after an arrival that was
 * written later; where the stream is ahead of it, it may see parts of two gaps.
 */
final class SenderClock {
  /** The contract's word for a sender that shows no clock. */
  private static final long NO_CLOCK = 0;

  private long sentNanos = NO_CLOCK;
  private long apartNanos = Evidence.UNKNOWN;
  private long saidLateNanos = Evidence.UNKNOWN;
  private long slots = 1;

  /**
   * A heartbeat arrived.
   *
   * @param slotsSince schedule slots since the one before it; 0 for one that only renews, which the
   *     sender may send at any time within its interval
   * @param sent the sender's monotonic clock; 0: it shows none
   * @param saidLate how late it says that its timer fired, or {@link Evidence#UNKNOWN}
   */
  void onHeartbeat(long slotsSince, long sent, long saidLate) {
    long apart = sent - sentNanos;
    // A clock that runs backwards is none.
    boolean shown = sent != NO_CLOCK && sentNanos != NO_CLOCK && apart >= 0;
    apartNanos = shown ? apart : Evidence.UNKNOWN;
    sentNanos = sent;
    saidLateNanos = saidLate;
    slots = Math.max(1, slotsSince);
  }

  Gap.Sender gap() {
    return new Gap.Sender(slots, apartNanos, saidLateNanos);
  }
}
