package io.pulsewatch.server.liveness;

/**
 * A silence that a heartbeat ended, as this heartbeat shows it. What is neither planned nor the
 * sender's own lateness is the path's share: silence - planned - late.
 *
 * @param silenceNanos awake time between the arrival before it and its own
 * @param pausedNanos our own pauses between them, which are no part of the silence
 * @param sender what the sender itself shows of this gap
 */
public record Gap(long silenceNanos, long pausedNanos, Sender sender) {
  /** No heartbeat ended a silence, or nothing is known of it. */
  public static final Gap NONE = new Gap(0, 0, Sender.SILENT);

  /**
   * One gap as its sender shows it.
   *
   * @param slots schedule slots that it stands for; 1 where its numbers prove nothing, 0 for {@link
   *     #NONE}
   * @param apartNanos time between both heartbeats on the sender's monotonic clock, or {@link
   *     Evidence#UNKNOWN}
   * @param saidLateNanos how late the sender says that its own timer fired, or {@link
   *     Evidence#UNKNOWN}
   */
  public record Sender(long slots, long apartNanos, long saidLateNanos) {
    static final Sender SILENT = new Sender(0, Evidence.UNKNOWN, Evidence.UNKNOWN);

    /** The gap that the sender's numbers stand for. */
    long plannedNanos(long intervalNanos) {
      return slots > Long.MAX_VALUE / intervalNanos ? Long.MAX_VALUE : slots * intervalNanos;
    }

    /**
     * How late the sender itself was: what it says, or what its clock shows, whichever is more.
     * {@link Evidence#UNKNOWN} where it says nothing and shows no clock.
     */
    long lateNanos(long intervalNanos) {
      long shown =
          apartNanos == Evidence.UNKNOWN
              ? Evidence.UNKNOWN
              : Math.max(0, apartNanos - plannedNanos(intervalNanos));
      return Math.max(saidLateNanos, shown);
    }
  }

  Gap longer(Gap other) {
    return other.silenceNanos > silenceNanos ? other : this;
  }
}
