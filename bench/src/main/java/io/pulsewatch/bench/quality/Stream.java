package io.pulsewatch.bench.quality;

import io.pulsewatch.cli.replay.Trace;

/**
 * One stream of a fleet.
 *
 * @param part of the fleet, such as {@code LAN}
 * @param trace its heartbeats
 * @param intervalNanos what its sender promised
 */
record Stream(String part, Trace trace, long intervalNanos) {}
