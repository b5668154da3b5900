package io.pulsewatch.server.transport;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.Filter;
import io.pulsewatch.server.watch.Selector;
import io.pulsewatch.server.watch.ServiceNames;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which instances a request means, with errors that name the field. Stateless. */
final class Filters {
  private Filters() {}

  static ServiceNames services(List<String> services) {
    return read("BAD_GLOB", ServiceNames::of, services);
  }

  /** Names of roles, by the same rules. */
  static ServiceNames roles(List<String> roles) {
    return read("BAD_GLOB", Filters::names, roles);
  }

  private static ServiceNames names(List<String> roles) {
    try {
      return ServiceNames.of(roles);
    } catch (IllegalArgumentException e) {
      String fault = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(fault.replaceFirst("^services", "roles"), e);
    }
  }

  /**
   * All three parts.
   *
   * @param states the enum's numbers, so that unknown ones are seen
   */
  static Filter filter(List<String> services, String selector, List<Integer> states) {
    return new Filter(
        services(services), read("BAD_SELECTOR", Selector::of, selector), states(states));
  }

  private static Set<State> states(List<Integer> numbers) {
    Set<State> states = EnumSet.noneOf(State.class);
    for (int i = 0; i < numbers.size(); i++) {
      int number = numbers.get(i);
      io.pulsewatch.v1.State state = io.pulsewatch.v1.State.forNumber(number);
      if (state == null) {
        throw badState(i, number);
      }
      states.add(
          switch (state) {
            case STATE_ALIVE -> State.ALIVE;
            case STATE_SUSPECT -> State.SUSPECT;
            case STATE_DEAD -> State.DEAD;
            case STATE_LEFT -> State.LEFT;
            case STATE_UNSPECIFIED, UNRECOGNIZED -> throw badState(i, number);
          });
    }
    return states;
  }

  private static RuntimeException badState(int index, int number) {
    return Statuses.invalid(
        "BAD_STATES",
        "states[" + index + "]: " + number + " (expected: ALIVE, SUSPECT, DEAD or LEFT)");
  }

  private static <T, R> R read(String reason, Function<T, R> reader, T text) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw Statuses.invalid(reason, String.valueOf(e.getMessage()));
    }
  }
}
