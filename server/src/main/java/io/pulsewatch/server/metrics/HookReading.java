package io.pulsewatch.server.metrics;

/**
 * What one hook counted, as of the last second.
 *
 * @param failed attempts
 * @param dead changes that were given up
 * @param lagMillis age of the oldest change that it has not dealt with
 */
public record HookReading(
    String name, long delivered, long failed, long dead, int waiting, long lagMillis) {}
