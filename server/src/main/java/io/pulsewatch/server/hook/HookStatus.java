package io.pulsewatch.server.hook;

import java.util.List;

/**
 * How one hook is. Immutable.
 *
 * @param cursor everything up to there was delivered, or is a dead letter
 * @param lagMillis age of the oldest change that is neither
 * @param waiting letters that were read and are not on their way
 * @param dead dead letters that were made, and {@code deadLetterCount} those that are left
 * @param evicted dead letters that made room for others
 * @param lost times that changes were missing
 * @param lastErrorMillis 0: there was none
 * @param lastDeliveredMillis 0: nothing yet
 */
public record HookStatus(
    String name,
    String target,
    long cursor,
    long lagMillis,
    int waiting,
    int inFlight,
    long delivered,
    long failed,
    long dead,
    long evicted,
    long lost,
    String lastError,
    long lastErrorMillis,
    long lastDeliveredMillis,
    int deadLetterCount,
    List<DeadLetter> deadLetters) {
  public HookStatus {
    deadLetters = List.copyOf(deadLetters);
  }
}
