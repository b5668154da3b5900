package io.pulsewatch.server.liveness;

/**
 * How much heartbeats gave us to do since the last look, about a second ago: those that were due,
 * and not all that were sent. Immutable.
 *
 * @param busyShare of the time that they kept the busiest event loop from waiting: 0 .. 1
 * @param pausedShare of the time that was a pause of ours, as far as it is theirs: 0 .. 1
 * @param heartbeatsPerSecond that were due and read; for a while they may be more than are due
 * @param duePerSecond by the times that senders were told
 * @param grantedPerSecond the same by the times that they were granted, before these were stretched
 * @param demand how many times what it can read was granted where an event loop falls behind; of
 *     the one that is the furthest behind, 0 where none is
 */
public record Load(
    double busyShare,
    double pausedShare,
    double heartbeatsPerSecond,
    double duePerSecond,
    double grantedPerSecond,
    double demand) {

  /** All that is due is read, and nobody was told of longer times. */
  public Load(double busyShare, double pausedShare, double heartbeatsPerSecond) {
    this(busyShare, pausedShare, heartbeatsPerSecond, heartbeatsPerSecond, heartbeatsPerSecond, 0);
  }

  /** By how much the times that senders were told are longer, in the mean of all heartbeats. */
  double toldFactor() {
    return duePerSecond == 0 ? 1 : grantedPerSecond / duePerSecond;
  }
}
