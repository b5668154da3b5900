package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.Entry;
import io.pulsewatch.server.liveness.State;
import org.jspecify.annotations.Nullable;

/**
 * A service in numbers. Immutable.
 *
 * @param serving instances that serve
 * @param wavering suspects that would serve if they were alive
 */
public record ServiceSummary(
    String service, int alive, int suspect, int dead, int left, int serving, int wavering) {

  static ServiceSummary of(String service) {
    return new ServiceSummary(service, 0, 0, 0, 0, 0, 0);
  }

  /** Instances in a state. */
  public int count(State state) {
    return switch (state) {
      case ALIVE -> alive;
      case SUSPECT -> suspect;
      case DEAD -> dead;
      case LEFT -> left;
    };
  }

  /** Instances in any state. */
  public int size() {
    return alive + suspect + dead + left;
  }

  /** The same after one instance has changed; null where it was or is not there. */
  ServiceSummary with(@Nullable Entry before, @Nullable Entry after) {
    ServiceSummary without = before == null ? this : plus(before, -1);
    return after == null ? without : without.plus(after, 1);
  }

  private ServiceSummary plus(Entry entry, int n) {
    State state = entry.state();
    return new ServiceSummary(
        service,
        alive + (state == State.ALIVE ? n : 0),
        suspect + (state == State.SUSPECT ? n : 0),
        dead + (state == State.DEAD ? n : 0),
        left + (state == State.LEFT ? n : 0),
        serving + (entry.serving() ? n : 0),
        wavering + (Health.isWavering(entry) ? n : 0));
  }
}
