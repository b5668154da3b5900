package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.DetectorMode;

/**
 * How this server judges, and what it knows of its own pauses; for bookmarks. Immutable.
 *
 * @param warmingUp it does not know yet all who live; whatever the mode is
 * @param pauses number of our pauses since the start
 * @param pausedNanos their sum
 */
public record ServerCondition(
    DetectorMode mode, boolean warmingUp, long pauses, long pausedNanos) {}
