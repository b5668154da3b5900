package io.pulsewatch.server;

import io.pulsewatch.server.liveness.Change;
import java.time.Duration;
import java.util.Locale;

/**
 * A change of state in the words of a log. Immutable.
 *
 * @param from the state before it; empty: a new name
 * @param to the state after it
 * @param silence that came before a verdict, or that the change ended
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

  /** One line, as it stands in the log. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s/%s %s -> %s %s silence=%.3fs revision=%d incarnation=%d",
        service,
        instanceId,
        from.isEmpty() ? "-" : from,
        to,
        cause,
        silence.toNanos() / 1e9,
        revision,
        incarnation);
  }
}
