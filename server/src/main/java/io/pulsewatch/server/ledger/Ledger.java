package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;

/**
 * Gives each change its revision and keeps it. Revisions and incarnations only grow, and none is
 * ever given twice, whatever dies in between.
 *
 * <p>Called on the loop, and never blocks it: a ledger that waits for a disk does so elsewhere.
 */
public interface Ledger extends AutoCloseable {
  /** Names this sequence of revisions. A token of another lineage means nothing here. */
  String lineage();

  /** A number greater than any that this ledger gave before. */
  long nextIncarnation();

  /** Takes a change to be numbered. At most as many are under way as a turn can propose. */
  void propose(Draft draft);

  /**
   * Hands over what is committed since the last call, in revision order.
   *
   * @return how many
   */
  int commit(Sink sink);

  /** Gives up what it holds; idempotent. */
  @Override
  void close();

  /** Takes what is committed. */
  interface Sink {
    void onCommitted(Draft draft, Change change);
  }
}
