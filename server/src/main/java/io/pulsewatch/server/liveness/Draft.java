package io.pulsewatch.server.liveness;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change that the kernel has decided and the ledger has not numbered yet.
 *
 * @param answers to be given once it is committed, in order
 */
public record Draft(
    long atMillis,
    Entry after,
    Change.@Nullable Previous previous,
    Cause cause,
    Evidence evidence,
    List<Answer> answers) {

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
