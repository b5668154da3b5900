package io.pulsewatch.server.liveness;

/**
 * What else is known of the second in which there was a {@link Load}. Immutable.
 *
 * @param crowded whether clients came to our door in a crowd: what it costs passes with them
 * @param warmsUp whether we have begun a moment ago: so does what that costs
 * @param suspectShare of all that live, those who are SUSPECT: 0 .. 1
 * @param intervalNanos which half of all live under, at the most
 */
record Circumstances(boolean crowded, boolean warmsUp, double suspectShare, long intervalNanos) {}
