package io.pulsewatch.server.liveness;

/**
 * How much there was to do since the last look, about a second ago. Immutable.
 *
 * @param busyShare of the time that the busiest event loop worked in: 0 .. 1
 * @param pausedShare of the time that was a pause of ours: 0 .. 1
 * @param heartbeatsPerSecond that were read
 */
public record Load(double busyShare, double pausedShare, double heartbeatsPerSecond) {}
