package io.pulsewatch.client.resolver;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who of a service's instances gets calls, by the rules of docs/XDS.md: a pure function.
 *
 * <p>It has no clock: verdicts that are near to each other are so by the server's time, which each
 * instance carries.
 *
 * @param addresses of those
 * @param keepNanos 0; else all are dead, and are to be called for so long at the most
 */
record Pool(Set<InetSocketAddress> addresses, long keepNanos) {
  private static final String WANTED = "grpc";
  private static final long WINDOW_MILLIS = TimeUnit.SECONDS.toMillis(10);
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  Pool {
    addresses = Set.copyOf(addresses);
  }

  /**
   * Applies the rules.
   *
   * @param instances the whole service
   * @param before whether somebody was called before
   */
  static Pool of(Collection<Instance> instances, boolean before) {
    Map<InetSocketAddress, Instance> holders = new HashMap<>();
    for (Instance each : instances) {
      InetSocketAddress address = isThere(each) ? address(each) : null;
      if (address != null) {
        holders.merge(
            address,
            each,
            (one, other) ->
                Long.compareUnsigned(one.getIncarnation(), other.getIncarnation()) >= 0
                    ? one
                    : other);
      }
    }
    Set<InetSocketAddress> alive = new LinkedHashSet<>();
    Set<InetSocketAddress> all = new LinkedHashSet<>();
    holders.forEach(
        (address, holder) -> {
          if (wantsCalls(holder)) {
            all.add(address);
            if (holder.getServing()) {
              alive.add(address);
            }
          }
        });
    if (all.isEmpty() && before) {
      return kept(instances, holders.keySet());
    }
    return new Pool(2 * alive.size() >= all.size() ? alive : all, 0);
  }

  private static Pool kept(Collection<Instance> instances, Set<InetSocketAddress> held) {
    long newest = Long.MIN_VALUE;
    for (Instance each : instances) {
      newest = Math.max(newest, isThere(each) ? newest : millis(each.getSince()));
    }
    List<Instance> fallen = new ArrayList<>();
    int left = 0;
    long keepNanos = 0;
    for (Instance each : instances) {
      boolean recent = isThere(each) || newest - millis(each.getSince()) <= WINDOW_MILLIS;
      if (recent) {
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
        InetSocketAddress address = address(each);
        if (address != null && !held.contains(address)) {
          kept.add(address);
        }
      }
    }
    return new Pool(kept, kept.isEmpty() ? 0 : keepNanos);
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

  /** The endpoint named grpc, else the first; null where that is no address. */
  static @Nullable InetSocketAddress address(Instance instance) {
    Endpoint chosen = null;
    for (Endpoint each : instance.getEndpointsList()) {
      if (chosen == null || each.getName().equalsIgnoreCase(WANTED)) {
        chosen = each;
      }
      if (chosen.getName().equalsIgnoreCase(WANTED)) {
        break;
      }
    }
    if (chosen == null || chosen.getPort() == 0) {
      return null;
    }
    String host = chosen.getHost().equalsIgnoreCase("localhost") ? "127.0.0.1" : chosen.getHost();
    if (!IPV4.matcher(host).matches() && !host.contains(":")) {
      return null; // a name: nobody is asked for its address here
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), chosen.getPort());
    } catch (UnknownHostException malformed) {
      return null;
    }
  }

  private static long millis(Timestamp time) {
    return TimeUnit.SECONDS.toMillis(time.getSeconds())
        + TimeUnit.NANOSECONDS.toMillis(time.getNanos());
  }

  private static long nanos(Duration duration) {
    return TimeUnit.SECONDS.toNanos(duration.getSeconds()) + duration.getNanos();
  }
}
