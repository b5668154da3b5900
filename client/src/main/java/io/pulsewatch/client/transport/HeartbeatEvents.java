package io.pulsewatch.client.transport;

import io.pulsewatch.client.session.Acknowledgement;
import io.pulsewatch.client.session.Goodbye;
import io.pulsewatch.client.session.Grant;
import io.pulsewatch.client.session.StreamEnd;

/**
 * What arrives on one {@link HeartbeatStream}. Called by gRPC's threads, which must not be held up.
 *
 * <p>After each arrival but {@link #onReady} and {@link #onEnded} the next one is asked for by
 * {@link HeartbeatStream#next}.
 */
public interface HeartbeatEvents {

  /** The stream may take messages again. */
  void onReady();

  /** The register was answered. */
  void onRegistered(Grant grant);

  /** Heartbeats were answered. */
  void onAck(Acknowledgement ack);

  /** A part of a message was refused. */
  void onRejected(String field, String reason, String description);

  /** The server asks to come back later. */
  void onGoodbye(Goodbye goodbye);

  /** Something came that this client has no use for. */
  void onOther();

  /** The last event: the stream is over. */
  void onEnded(StreamEnd end);
}
