package io.pulsewatch.server.liveness;

/** What an instance says of itself. */
public enum Status {
  STARTING,
  SERVING,
  DEGRADED,
  NOT_SERVING,
  DRAINING
}
