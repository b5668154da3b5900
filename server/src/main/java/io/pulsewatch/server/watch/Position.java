package io.pulsewatch.server.watch;

/**
 * How far a subscriber has been told: what a resume token says.
 *
 * <p>While changes are folded, a subscriber may have been told newer changes than {@code since} and
 * yet miss older ones, whose instances have changed again since and come later in the walk. So such
 * a position has two revisions: everything up to {@code since} was told, and the walk goes on after
 * {@code revision}. Elsewhere the two are equal.
 *
 * @param lineage of the ledger that gave the revisions
 * @param unsure the newest change that was told ahead of the ledger before this position; 0: none.
 *     If a crash took it, the position cannot be trusted, although its revisions may be kept
 * @param filterHash of the filter under which they were told
 */
public record Position(String lineage, long since, long revision, long unsure, long filterHash) {
  /** A position before which everything told was durable. */
  public Position(String lineage, long since, long revision, long filterHash) {
    this(lineage, since, revision, 0, filterHash);
  }
}
