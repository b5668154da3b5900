package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.Suspicion;

/**
 * A client that looks at other instances when it is asked to. What it finds goes to the liveness
 * loop as evidence; it may find nothing, and say nothing.
 *
 * <p>Thread-safe; returns at once.
 */
public interface Peer {
  InstanceKey key();

  /** Asks whether it reaches an endpoint that the suspect declared. */
  void ask(Suspicion suspicion, Details.Endpoint endpoint, long withinNanos);
}
