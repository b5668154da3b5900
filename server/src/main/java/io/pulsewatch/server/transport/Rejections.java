package io.pulsewatch.server.transport;

import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.Rejected;

/**
 * How a client is told that one message of it was refused, while its stream lives on. Immutable.
 */
final class Rejections {
  private Rejections() {}

  /**
   * One of them.
   *
   * @param sequence of the heartbeat; 0 for a message that has no number
   * @param reason for programs
   * @param field what of the message is wrong
   * @param description for people, with the remedy
   */
  static HeartbeatResponse of(long sequence, String reason, String field, String description) {
    return HeartbeatResponse.newBuilder()
        .setRejected(
            Rejected.newBuilder()
                .setSequence(sequence)
                .setReason(reason)
                .setField(field)
                .setDescription(description))
        .build();
  }
}
