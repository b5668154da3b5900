package io.pulsewatch.server.hook;

/**
 * What could not be delivered.
 *
 * @param attempts how often it was tried
 * @param error what came of the last one
 * @param failedAtMillis when that was
 */
public record DeadLetter(Letter letter, int attempts, String error, long failedAtMillis) {}
