package io.pulsewatch.server.liveness;

/**
 * One reading of the clocks, made once a turn and passed down.
 *
 * @param nanos monotonic; wraps, so compare by subtraction
 * @param wallMillis wall clock; for people, and for what outlives the process
 */
public record Moment(long nanos, long wallMillis) {}
