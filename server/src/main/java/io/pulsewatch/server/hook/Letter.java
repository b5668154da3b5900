package io.pulsewatch.server.hook;

import com.google.protobuf.ByteString;
import java.util.Map;

/**
 * What one receiver is told, the same with each attempt.
 *
 * @param revision its place in the sequence
 * @param id the same over retries and restarts, so that receivers can tell what they know
 * @param type what happened, such as {@code io.pulsewatch.change.dead}
 * @param source which sequence of revisions it is from, as a URI
 * @param subject the instance; empty: none
 * @param atMillis when it was decided
 * @param body the change as JSON
 * @param variables the change for commands
 * @param original the change as the ledger keeps it where the letter is dead; empty: no change
 */
public record Letter(
    long revision,
    String id,
    String type,
    String source,
    String subject,
    long atMillis,
    ByteString body,
    Map<String, String> variables,
    ByteString original) {
  public Letter {
    variables = Map.copyOf(variables);
  }
}
