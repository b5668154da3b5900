package io.pulsewatch.server.liveness;

/**
 * How much heartbeats gave us to do since the last look, about a second ago: those that were due,
 * and not all that were sent. Immutable.
 *
 * @param busyShare of the time that they kept the busiest event loop from waiting: 0 .. 1
 * @param pausedShare of the time that was a pause of ours, as far as it is theirs: 0 .. 1
 * @param heartbeatsPerSecond that were due and read
 */
public record Load(double busyShare, double pausedShare, double heartbeatsPerSecond) {}
