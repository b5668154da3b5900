package io.pulsewatch.server;

import io.pulsewatch.server.liveness.Change;
import java.time.Duration;

/**
 * A change of state in the words of a log. Immutable.
 *
 * @param from the state before it; empty: a new name
 * @param to the state after it
 * @param silence that came before a verdict, or that the change ended; a negative one reads as 0
 */
public record StateChange(
    String service,
    String instanceId,
    String from,
    String to,
    String cause,
    Duration silence,
    long revision,
    long incarnation) {
  /** Of a usual line, so that it is written without growing. */
  private static final int LENGTH = 200;

  static StateChange of(Change change) {
    Change.Previous previous = change.previous();
    return new StateChange(
        change.key().service(),
        change.key().instanceId(),
        previous == null ? "" : previous.state().name(),
        change.after().state().name(),
        change.cause().name(),
        Duration.ofNanos(change.evidence().silenceNanos()),
        change.revision(),
        change.after().incarnation());
  }

  /**
   * One line, as it stands in the log. Without a format: many die at once, and it is in the way.
   */
  @Override
  public String toString() {
    long millis = Math.max(0, Math.round(silence.toNanos() / 1e6));
    StringBuilder line = new StringBuilder(LENGTH);
    line.append(service).append('/').append(instanceId).append(' ');
    line.append(from.isEmpty() ? "-" : from).append(" -> ").append(to).append(' ').append(cause);
    line.append(" silence=").append(millis / 1_000).append('.');
    String fraction = Long.toString(millis % 1_000);
    line.append("0".repeat(3 - fraction.length())).append(fraction);
    line.append("s revision=").append(revision).append(" incarnation=").append(incarnation);
    return line.toString();
  }
}
