package io.pulsewatch.client.resolver;

import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where instances take calls; each endpoint is read once. Confined to the channel's context. */
final class Addresses {
  private static final String WANTED = "grpc";
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  /** Those of the last look and of this one: who is gone is forgotten with the next. */
  private Map<Endpoint, Optional<InetSocketAddress>> before = new HashMap<>();

  private Map<Endpoint, Optional<InetSocketAddress>> now = new HashMap<>();

  /** A new look at all instances begins. */
  void begin() {
    before = now;
    now = new HashMap<>(2 * before.size());
  }

  /** The endpoint named grpc, else the first; null where that is no address. */
  @Nullable InetSocketAddress of(Instance instance) {
    Endpoint chosen = chosen(instance);
    if (chosen == null) {
      return null;
    }
    Optional<InetSocketAddress> known = now.get(chosen);
    if (known == null) {
      known = before.get(chosen);
      if (known == null) {
        known = Optional.ofNullable(read(chosen));
      }
      now.put(chosen, known);
    }
    return known.orElse(null);
  }

  private static @Nullable Endpoint chosen(Instance instance) {
    Endpoint chosen = null;
    for (Endpoint each : instance.getEndpointsList()) {
      if (each.getName().equalsIgnoreCase(WANTED)) {
        return each;
      }
      chosen = chosen == null ? each : chosen;
    }
    return chosen;
  }

  private static @Nullable InetSocketAddress read(Endpoint endpoint) {
    String said = endpoint.getHost();
    String host = said.equalsIgnoreCase("localhost") ? "127.0.0.1" : said;
    if (endpoint.getPort() == 0 || (!IPV4.matcher(host).matches() && !host.contains(":"))) {
      return null; // a name: nobody is asked for its address here
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(host), endpoint.getPort());
    } catch (UnknownHostException malformed) {
      return null;
    }
  }
}
