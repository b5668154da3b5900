package io.pulsewatch.server.hook;

import io.pulsewatch.server.liveness.Change;
import java.util.List;
import java.util.function.Consumer;

/** Where a hook reads what happened. Thread-safe; no call waits. */
public interface ChangeSource {
  /**
   * Reads changes that are on disk, or that nobody will ever put there, oldest first.
   *
   * @param services names or globs; empty: all
   * @param after the revision after which to begin; 0: the oldest kept
   * @param told the answer, on any thread; not within this call
   */
  void read(List<String> services, long after, int most, Consumer<Answer> told);

  /** What can come of it. */
  sealed interface Answer {
    /**
     * Changes, some of which may be of others.
     *
     * @param next revision after which to go on
     */
    record Page(List<Change> changes, long next) implements Answer {}

    /**
     * What follows is not kept any more.
     *
     * @param to the last revision that is missing
     */
    record Lost(long to) implements Answer {}

    /** Nothing to be had now. */
    record Later(String why) implements Answer {}
  }
}
