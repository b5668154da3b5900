package io.pulsewatch.server.watch;

/** Why a subscriber is told everything anew. The contract has ACCESS_CHANGED besides. */
public enum SnapshotReason {
  INITIAL,
  COMPACTED,
  OVERFLOW,
  LINEAGE,
  FILTER_CHANGED,
  TAIL_LOST
}
