package io.pulsewatch.client.resolver;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Who of a service's instances gets calls, by the rules of docs/XDS.md: a pure function.
 *
 * <p>It has no clock: verdicts that are near to each other are so by the server's time, which each
 * instance carries.
 *
 * @param addresses of those
 * @param keepNanos 0; else all are dead, and are to be called for so long at the most
 * @param held where somebody is, whether he wants calls or not
 * @param left where nobody is who wants calls, and somebody was
 */
record Pool(
    Set<InetSocketAddress> addresses,
    long keepNanos,
    Set<InetSocketAddress> held,
    Set<InetSocketAddress> left) {
  private static final long WINDOW_MILLIS = TimeUnit.SECONDS.toMillis(10);

  Pool {
    addresses = Set.copyOf(addresses);
    held = Set.copyOf(held);
    left = Set.copyOf(left);
  }

  /**
   * Applies the rules.
   *
   * @param instances the whole service
   * @param before whether somebody was called before
   * @param recent those who were called within the window: who drains is told without a time
   */
  static Pool of(
      Collection<Instance> instances,
      boolean before,
      Set<InetSocketAddress> recent,
      Addresses known) {
    known.begin();
    Map<InetSocketAddress, Instance> holders = new HashMap<>();
    Set<InetSocketAddress> left = new LinkedHashSet<>();
    for (Instance each : instances) {
      InetSocketAddress address = known.of(each);
      if (address == null) {
        continue;
      }
      if (isThere(each)) {
        holders.merge(
            address,
            each,
            (one, other) ->
                Long.compareUnsigned(one.getIncarnation(), other.getIncarnation()) >= 0
                    ? one
                    : other);
      }
      if (each.getState() == State.STATE_LEFT || !wantsCalls(each)) {
        left.add(address);
      }
    }
    Set<InetSocketAddress> alive = new LinkedHashSet<>();
    Set<InetSocketAddress> all = new LinkedHashSet<>();
    holders.forEach(
        (address, holder) -> {
          if (wantsCalls(holder)) {
            all.add(address);
            left.remove(address);
            if (holder.getServing()) {
              alive.add(address);
            }
          }
        });
    if (all.isEmpty() && before) {
      return kept(instances, holders.keySet(), left, recent, known);
    }
    return new Pool(2 * alive.size() >= all.size() ? alive : all, 0, holders.keySet(), left);
  }

  private static Pool kept(
      Collection<Instance> instances,
      Set<InetSocketAddress> held,
      Set<InetSocketAddress> gone,
      Set<InetSocketAddress> recent,
      Addresses known) {
    long newest = Long.MIN_VALUE;
    for (Instance each : instances) {
      newest = Math.max(newest, isThere(each) ? newest : millis(each.getSince()));
    }
    List<Instance> fallen = new ArrayList<>();
    int left = 0;
    long keepNanos = 0;
    for (Instance each : instances) {
      InetSocketAddress address = known.of(each);
      boolean counts =
          isThere(each)
              ? address != null && recent.contains(address)
              : newest - millis(each.getSince()) <= WINDOW_MILLIS;
      if (counts) {
        left++;
        if (each.getState() == State.STATE_DEAD && wantsCalls(each)) {
          fallen.add(each);
          keepNanos = Math.max(keepNanos, nanos(each.getTimeout()));
        }
      }
    }
    Set<InetSocketAddress> kept = new LinkedHashSet<>();
    if (2 * fallen.size() > left) {
      for (Instance each : fallen) {
        InetSocketAddress address = known.of(each);
        if (address != null && !held.contains(address)) {
          kept.add(address);
        }
      }
    }
    return new Pool(kept, kept.isEmpty() ? 0 : keepNanos, held, gone);
  }

  private static boolean isThere(Instance instance) {
    return instance.getState() == State.STATE_ALIVE || instance.getState() == State.STATE_SUSPECT;
  }

  private static boolean wantsCalls(Instance instance) {
    return switch (instance.getOverride().getKind()) {
      case OVERRIDE_KIND_UNSPECIFIED ->
          instance.getStatus() == Status.STATUS_SERVING
              || instance.getStatus() == Status.STATUS_DEGRADED;
      case OVERRIDE_KIND_SERVING -> true;
      case OVERRIDE_KIND_MAINTENANCE, OVERRIDE_KIND_NOT_SERVING, UNRECOGNIZED -> false;
    };
  }

  private static long millis(Timestamp time) {
    return TimeUnit.SECONDS.toMillis(time.getSeconds())
        + TimeUnit.NANOSECONDS.toMillis(time.getNanos());
  }

  private static long nanos(Duration duration) {
    return TimeUnit.SECONDS.toNanos(duration.getSeconds()) + duration.getNanos();
  }
}
