package io.pulsewatch.server.liveness;

/**
 * What made a change happen. The contract has more; these are the ones that this kernel decides.
 */
public enum Cause {
  REGISTERED,
  RESUMED,
  RECOVERED,
  REPORTED,
  SILENCE,
  STREAM_LOST,
  STREAM_CLOSED,
  LEAVE,
  SUPERSEDED,
  OVERRIDE,
  OVERRIDE_EXPIRED,
  HOLD_EXPIRED,
  AUTH_EXPIRED,
  PROGRESS_STALLED,
  ROLE_GRANTED,
  ROLE_LOST,
  REMOVED
}
