package io.pulsewatch.server.transport;

/** What credentials may allow. Whoever may do one may not thereby do another. */
public enum Right {
  /** Be an instance: Heartbeat and Beat. */
  BEAT,
  /** Read: watches, lists, explanations, the health of others. */
  WATCH,
  /** Say of others what they are, and look at the server itself. */
  ADMIN
}
