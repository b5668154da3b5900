package io.pulsewatch.server.ledger;

import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Draft;
import io.pulsewatch.server.liveness.Moment;
import io.pulsewatch.server.liveness.Note;
import io.pulsewatch.server.liveness.Stretched;

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

  /** Takes what is to be kept and has no number. */
  void note(Note note);

  /** Takes by how much times are stretched; what was taken last is kept. */
  void keep(Stretched stretched);

  /**
   * Hands over what is committed since the last call, in revision order.
   *
   * @return how many
   */
  int commit(Moment now, Sink sink);

  /** True while changes go out ahead of what keeps them. */
  boolean isBehind();

  /**
   * Changes from this revision on may have been told and not be kept yet; {@link Long#MAX_VALUE}
   * while all that was told is kept. Any thread: who asks after it was told of a change learns
   * about that change.
   */
  default long unkeptFrom() {
    return Long.MAX_VALUE;
  }

  /** True while nobody can be registered, since nothing that is promised would last. */
  boolean isAway();

  /** True while as much waits to be kept as may: the loop lets its mail wait, too. */
  boolean isFull();

  /** Everybody was asked to come back within so long: a process to come has to know. */
  void onGoodbye(long waitNanos);

  /** Gives up what it holds, after what can still be kept is; idempotent. */
  @Override
  void close();

  /** Takes what is committed. */
  interface Sink {
    void onCommitted(Draft draft, Change change);

    void onKept(Note note);

    void onKept(Stretched stretched);
  }
}
