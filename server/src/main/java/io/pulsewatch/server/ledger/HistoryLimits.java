package io.pulsewatch.server.ledger;

/**
 * How many changes a ledger keeps for those who ask what happened.
 *
 * @param maxChanges the oldest beyond so many are dropped
 * @param millis wall time after which a change is dropped
 */
public record HistoryLimits(int maxChanges, long millis) {}
