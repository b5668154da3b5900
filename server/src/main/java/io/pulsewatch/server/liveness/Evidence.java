package io.pulsewatch.server.liveness;

import java.util.List;

/**
 * What the kernel knew when it decided. Times in nanoseconds; 0 and the empty text: not part of it.
 *
 * @param silenceNanos since the last sign of life, our own pauses taken off; for a change that ends
 *     a silence, how long that was
 * @param lastSequence number of the last heartbeat that arrived
 * @param skipped schedule slots that the sender itself skipped on this stream
 * @param overdueNanos how long after its deadline the decision was made
 * @param serverPauseNanos our own pauses in that silence, which are no part of it
 * @param senderLateNanos how late the sender itself was with its newest heartbeat, or with the one
 *     that ended the silence: what it said, or what its clock shows; {@link #UNKNOWN} where it does
 *     neither
 * @param suspicion silence divided by the silence at which SUSPECT is due
 * @param transportError what the transport said when the stream was lost
 * @param leaveReason what the instance said when it left
 * @param jitterNanos recent spread of arrivals against the schedule
 * @param plannedNanos where a heartbeat ended the silence: the gap that the sender's numbers stand
 *     for; what the sender's lateness does not explain of the rest is the path's
 * @param probes what came of asking in the suspicion that this change ends
 */
public record Evidence(
    long silenceNanos,
    long lastSequence,
    long skipped,
    long overdueNanos,
    long serverPauseNanos,
    long senderLateNanos,
    double suspicion,
    String transportError,
    String leaveReason,
    long jitterNanos,
    long plannedNanos,
    List<Probe> probes) {
  /** Stands for a lateness that the sender does not let us see. */
  public static final long UNKNOWN = -1;

  public static final Evidence NONE = new Evidence(0, 0, 0, 0, 0, UNKNOWN, 0, "", "", 0, 0);

  /** Nobody was asked. */
  public Evidence(
      long silenceNanos,
      long lastSequence,
      long skipped,
      long overdueNanos,
      long serverPauseNanos,
      long senderLateNanos,
      double suspicion,
      String transportError,
      String leaveReason,
      long jitterNanos,
      long plannedNanos) {
    this(
        silenceNanos,
        lastSequence,
        skipped,
        overdueNanos,
        serverPauseNanos,
        senderLateNanos,
        suspicion,
        transportError,
        leaveReason,
        jitterNanos,
        plannedNanos,
        List.of());
  }

  public Evidence {
    probes = List.copyOf(probes);
  }

  Evidence withLeaveReason(String reason) {
    return new Evidence(
        silenceNanos,
        lastSequence,
        skipped,
        overdueNanos,
        serverPauseNanos,
        senderLateNanos,
        suspicion,
        transportError,
        reason,
        jitterNanos,
        plannedNanos,
        probes);
  }
}
