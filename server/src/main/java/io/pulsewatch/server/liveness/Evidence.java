package io.pulsewatch.server.liveness;

import java.util.List;

/**
 * What the kernel knew when it decided. Times in nanoseconds; 0 and the empty text: not part of it.
 *
 * @param silenceNanos since the last sign of life, our own pauses taken off
 * @param lastSequence number of the last heartbeat that arrived
 * @param skipped schedule slots that the sender itself skipped on this stream
 * @param overdueNanos how long after its deadline the decision was made
 * @param serverPauseNanos our own pauses since the last sign of life
 * @param senderLateNanos how late the sender's own timer fired for its newest heartbeat
 * @param suspicion silence divided by the silence at which SUSPECT is due
 * @param transportError what the transport said when the stream was lost
 * @param leaveReason what the instance said when it left
 * @param jitterNanos recent spread of arrivals against the schedule
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
    List<Probe> probes) {
  public static final Evidence NONE = new Evidence(0, 0, 0, 0, 0, 0, 0, "", "", 0);

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
      long jitterNanos) {
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
        probes);
  }

  Evidence withProbes(List<Probe> answers) {
    return new Evidence(
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
        answers);
  }
}
