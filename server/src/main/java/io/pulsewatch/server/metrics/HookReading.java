package io.pulsewatch.server.metrics;

/**
 * What one hook counted, as of the last second.
 *
 * @param failed attempts
 * @param dead changes that were given up
 * @param evicted dead letters that made room for others
 * @param lagMillis age of the oldest change that it has not dealt with
 * @param isUp false: hooks broke, and are over until a restart; the rest stands still
 */
public record HookReading(
    String name,
    long delivered,
    long failed,
    long dead,
    long evicted,
    int waiting,
    long lagMillis,
    boolean isUp) {}
