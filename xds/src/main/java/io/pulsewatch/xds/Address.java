package io.pulsewatch.xds;

import com.google.common.net.InetAddresses;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an instance takes calls. Immutable.
 *
 * @param host an IP address in its canonical form
 */
record Address(String host, int port) {
  private static final String WANTED = "grpc";
  private static final String LOCALHOST = "localhost";

  /**
   * The endpoint of that name, else the first; null where there is none, or where it is no address:
   * a client refuses all endpoints of a service for the sake of one that it cannot read, and names
   * are not looked up here.
   */
  static @Nullable Address of(Instance instance) {
    List<Endpoint> endpoints = instance.getEndpointsList();
    if (endpoints.isEmpty()) {
      return null;
    }
    Endpoint chosen = endpoints.get(0);
    for (Endpoint each : endpoints) {
      if (each.getName().equalsIgnoreCase(WANTED)) {
        chosen = each;
        break;
      }
    }
    String host = chosen.getHost().equalsIgnoreCase(LOCALHOST) ? "127.0.0.1" : chosen.getHost();
    if (chosen.getPort() == 0 || host.contains("%") || !InetAddresses.isInetAddress(host)) {
      return null;
    }
    InetAddress address = InetAddresses.forString(host);
    return address.isAnyLocalAddress() || address.isMulticastAddress()
        ? null
        : new Address(InetAddresses.toAddrString(address), chosen.getPort());
  }
}
