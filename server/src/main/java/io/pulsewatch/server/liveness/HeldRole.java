package io.pulsewatch.server.liveness;

/**
 * A named role that an instance holds. Immutable.
 *
 * @param token greater than that of any grant before it: what a resource checks
 * @param sinceMillis wall time of the grant
 */
public record HeldRole(String name, long token, long sinceMillis) {}
