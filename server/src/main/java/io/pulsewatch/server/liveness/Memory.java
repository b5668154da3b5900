package io.pulsewatch.server.liveness;

import io.pulsewatch.server.detector.DetectorChoice;
import java.util.List;

/**
 * What must outlive the process, beside the entry, so that a session can go on after a restart.
 * Immutable.
 *
 * @param token a hash of its secret, never the secret
 * @param processId as the kernel knows it; empty matches nothing
 * @param byBeat it came by unary beats and never had a stream
 * @param choice how its silences are judged; what its detector has learnt is not kept
 * @param reported what it said last of itself
 * @param lastSequence of its newest heartbeat when this was written
 * @param heardMillis wall time of its newest sign of life when this was written
 * @param flapMillis wall times of suspicions withdrawn lately, oldest first
 * @param progress what it promises of its work, and what of that stands still
 */
public record Memory(
    Token token,
    String processId,
    boolean byBeat,
    DetectorChoice choice,
    Status reported,
    long lastSequence,
    long heardMillis,
    List<Long> flapMillis,
    KeptProgress progress) {
  public Memory {
    flapMillis = List.copyOf(flapMillis);
  }
}
