package io.pulsewatch.server.transport;

/**
 * How many heartbeat streams. Immutable.
 *
 * @param maxStreams open ones; past it a new one is turned away
 * @param maxTurnedAway those that are turned away may say who they are first, so many at a time;
 *     past it one is refused at once
 * @param turnedAwayNanos how long one of them may take for that; then it is refused all the same
 */
public record StreamLimits(int maxStreams, int maxTurnedAway, long turnedAwayNanos) {}
