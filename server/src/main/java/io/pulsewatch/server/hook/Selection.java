package io.pulsewatch.server.hook;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.Filter;
import io.pulsewatch.server.watch.Selector;
import io.pulsewatch.server.watch.ServiceNames;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which changes a hook is told. Immutable.
 *
 * <p>States are those that a change leads into: a hook on {@code DEAD} hears of each death once,
 * and not of what is said of the dead later.
 */
public final class Selection {
  private final List<String> services;
  private final Filter instances;
  private final Set<State> states;
  private final Set<Cause> causes;

  /**
   * Checks and keeps it.
   *
   * @param services names or globs; empty: all
   * @param labels a label selector; empty: all
   * @param states empty: all, and changes that keep the state
   * @param causes empty: all
   * @throws IllegalArgumentException if a glob or the selector is malformed
   */
  public Selection(List<String> services, String labels, Set<State> states, Set<Cause> causes) {
    this.services = List.copyOf(services);
    this.instances = new Filter(ServiceNames.of(services), Selector.of(labels), Set.of());
    this.states = Set.copyOf(states);
    this.causes = Set.copyOf(causes);
  }

  /** Names or globs; empty: all. */
  public List<String> services() {
    return services;
  }

  /** Is it told? */
  boolean matches(Change change) {
    return (causes.isEmpty() || causes.contains(change.cause()))
        && (states.isEmpty() || leadsInto(change))
        && isOfThese(change);
  }

  /** As watches do: an instance whose labels do not match any more is told of for a last time. */
  private boolean isOfThese(Change change) {
    return instances.matches(change.after())
        || (instances.services().matches(change.key().service())
            && instances.matchedBefore(change));
  }

  private boolean leadsInto(Change change) {
    State after = change.after().state();
    Change.@Nullable Previous before = change.previous();
    boolean isNew = before == null || before.state() != after;
    return isNew && change.cause() != Cause.REMOVED && states.contains(after);
  }
}
