package io.pulsewatch.server.liveness;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one prober saw of a suspect. Immutable.
 *
 * @param by who looked: {@code server}, or the name of an instance; the suspect's own name: it was
 *     asked over its own stream
 * @param endpoint where it looked; null where the suspect itself was asked
 * @param tookNanos until the answer, or until nobody waited for it any more
 */
public record Probe(
    String by, Details.@Nullable Endpoint endpoint, Outcome outcome, long tookNanos) {
  /** Probes kept for one suspicion; past it a further one is dropped. */
  static final int MAX_KEPT = 8;

  /** What can come of it. */
  public enum Outcome {
    /** It answered on its own stream. */
    PROVEN,
    /** Something answered at the endpoint; it may be another process. */
    REACHABLE,
    /** Nobody listens there. */
    REFUSED,
    /** Nothing answered in time. */
    NO_ANSWER,
    /** The prober did not look. */
    DECLINED
  }

  /** A later word of the same prober about the same endpoint takes the place of its earlier one. */
  static List<Probe> fold(List<Probe> kept, Probe later) {
    List<Probe> folded = new ArrayList<>(kept);
    folded.removeIf(later::isOfTheSame);
    if (folded.size() < MAX_KEPT) {
      folded.add(later);
    }
    return List.copyOf(folded);
  }

  private boolean isOfTheSame(Probe other) {
    return by.equals(other.by)
        && (endpoint == null ? other.endpoint == null : endpoint.equals(other.endpoint));
  }
}
