package io.pulsewatch.server.watch;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One number for each value of an enum. One thread writes, without atomic additions; every thread
 * may read.
 *
 * @param <E> what is told apart
 */
public final class Tally<E extends Enum<E>> {
  private final Map<E, AtomicLong> counts;

  public Tally(Class<E> kinds) {
    this.counts = new EnumMap<>(kinds);
    for (E kind : kinds.getEnumConstants()) {
      counts.put(kind, new AtomicLong());
    }
  }

  /** The writer only. */
  public void add(E kind, long more) {
    AtomicLong count = of(kind);
    count.lazySet(count.getPlain() + more);
  }

  public long get(E kind) {
    return of(kind).get();
  }

  private AtomicLong of(E kind) {
    AtomicLong count = counts.get(kind);
    if (count == null) {
      throw new IllegalArgumentException(kind + " has no count");
    }
    return count;
  }
}
