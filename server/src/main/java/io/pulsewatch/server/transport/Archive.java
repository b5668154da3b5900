package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.Change;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What happened before the ring of changes begins. Thread-safe; no call waits. */
public interface Archive {
  /** Answers on a thread of the archive's, or at once. */
  void ask(Question question, Consumer<Answer> answer);

  /**
   * Changes of these instances, oldest first.
   *
   * @param services names or globs; empty: all
   * @param instanceId null: of all instances
   * @param after the revision after which to begin; 0: the oldest kept
   * @param upTo the last revision to look at
   */
  record Question(
      List<String> services, @Nullable String instanceId, long after, long upTo, int most) {
    public Question {
      services = List.copyOf(services);
    }

    /** The same from another revision on. */
    Question from(long next, long last) {
      return new Question(services, instanceId, next, last, most);
    }
  }

  /** What can come of it. */
  sealed interface Answer {
    /**
     * Changes.
     *
     * @param next revision after which to go on
     */
    record Page(List<Change> changes, long next) implements Answer {}

    /** Not kept any more. */
    record Dropped() implements Answer {}

    /** Too many ask at once. */
    record Busy() implements Answer {}

    /**
     * What comes next was told ahead of the disk, is not on it yet, and has left the ring.
     *
     * @param revision the last change before that
     */
    record Behind(long revision) implements Answer {}

    /** It cannot be read. */
    record Unreadable(String why) implements Answer {}
  }
}
