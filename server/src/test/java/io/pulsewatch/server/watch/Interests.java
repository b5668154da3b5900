package io.pulsewatch.server.watch;

import io.pulsewatch.server.liveness.State;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Short words for what a subscriber wants. */
final class Interests {
  static final long BOOKMARK = TimeUnit.SECONDS.toNanos(10);

  private Interests() {}

  static Filter services(String... services) {
    return new Filter(ServiceNames.of(List.of(services)), Selector.ALL, Set.of());
  }

  static Filter states(State first, State... more) {
    return new Filter(ServiceNames.ALL, Selector.ALL, EnumSet.of(first, more));
  }

  static Filter labels(String selector) {
    return new Filter(ServiceNames.ALL, Selector.of(selector), Set.of());
  }

  static Interest latest(Filter filter) {
    return new Interest(filter, null, false, false, BOOKMARK);
  }

  static Interest every(Filter filter) {
    return new Interest(filter, null, false, true, BOOKMARK);
  }

  static Interest resuming(@Nullable Position position, Interest interest) {
    return new Interest(
        interest.filter(),
        position,
        interest.failIfCompacted(),
        interest.everyChange(),
        interest.bookmarkNanos());
  }
}
