package io.pulsewatch.server.liveness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change that the kernel has decided and the ledger has not numbered yet.
 *
 * @param memory what is to be kept of the session with it
 * @param binding somebody will be promised something that must survive: not told ahead of the disk
 * @param answers to be given once it is committed, in order
 */
public record Draft(
    long atMillis,
    Entry after,
    Change.@Nullable Previous previous,
    Cause cause,
    Evidence evidence,
    Memory memory,
    boolean binding,
    List<Answer> answers) {

  /** True if somebody waits for it to be told that a session is his. */
  boolean grants() {
    return binding && Answer.grants(answers);
  }

  public InstanceKey key() {
    return after.key();
  }

  /** The change that this becomes. */
  public Change committed(long revision, boolean provisional) {
    return new Change(
        revision, atMillis, after.at(revision), previous, cause, evidence, provisional);
  }

  /** Tells everybody who waited for it. */
  public void answer(Change change) {
    for (Answer answer : answers) {
      answer
          .to()
          .reply(
              answer.reply() instanceof Answer.Done
                  ? new Answer.Done(change.after())
                  : answer.reply());
    }
  }
}
