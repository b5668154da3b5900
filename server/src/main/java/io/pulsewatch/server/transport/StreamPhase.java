package io.pulsewatch.server.transport;

/** How far a heartbeat stream has come. */
enum StreamPhase {
  /** Nothing read yet. */
  NEW,
  /** The kernel has the registration. */
  REGISTERING,
  /** Beating. */
  OPEN,
  /** The kernel has the client's goodbye. */
  LEAVING,
  /** Over: completed, failed or cancelled. */
  CLOSED
}
