package io.pulsewatch.server.probe;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a prober may connect to. What an instance declares is a stranger's word: nobody may use us
 * to reach what only we can reach.
 *
 * <p>Immutable.
 */
public final class AddressRules {
  // Link-local addresses are where clouds serve credentials, and mean another machine on each
  // machine. The hosts that serve them elsewhere are named one by one. An IPv6 address that carries
  // an IPv4 address is judged by that one, too. Private ranges are where services live: allowed.

  private static final List<Network> NEVER =
      networks(
          "0.0.0.0/8", // this host
          "169.254.0.0/16", // link-local; metadata of most clouds
          "224.0.0.0/4", // multicast
          "240.0.0.0/4", // reserved, broadcast
          "100.100.100.200", // metadata: Alibaba
          "168.63.129.16", // the host of an Azure machine
          "192.0.0.192", // metadata: Oracle
          "::/128", // unspecified
          "fe80::/10", // link-local
          "fec0::/10", // site-local, as link-local once
          "ff00::/8", // multicast
          "fd00:ec2::254", // metadata: AWS
          "fd20:ce::254", // metadata: Google
          "fd00:c1::a9fe:a9fe"); // metadata: Oracle

  private static final List<Network> LOOPBACK = networks("127.0.0.0/8", "::1");

  private static final Set<String> METADATA_HOSTS =
      Set.of("metadata", "metadata.google.internal", "metadata.goog", "instance-data");

  /** IPv6 ranges, and where in them an IPv4 address begins. */
  private record Carrier(Network range, int offset) {}

  private static final List<Carrier> CARRIERS =
      List.of(
          new Carrier(Network.parse("::/96"), 12), // IPv4-compatible
          new Carrier(Network.parse("64:ff9b::/96"), 12), // NAT64
          new Carrier(Network.parse("2002::/16"), 2)); // 6to4

  private final boolean loopback;
  private final List<Network> allowed;

  /**
   * Sets the rules.
   *
   * @param loopback whether this machine itself may be connected to
   * @param allowed ranges that are allowed whatever the rules say: an address, or {@code
   *     10.0.0.0/8}
   */
  public AddressRules(boolean loopback, List<String> allowed) {
    this.loopback = loopback;
    this.allowed = networks(allowed.toArray(String[]::new));
  }

  /** Refuses what is neither an address nor a range. */
  public static void check(List<String> allowed) {
    allowed.forEach(Network::parse);
  }

  /** Before it is resolved: hosts that serve credentials are not even looked up. */
  public boolean allowsHost(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return !METADATA_HOSTS.contains(bare);
  }

  public boolean allows(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (isIn(allowed, bytes)) {
      return true;
    }
    return allows(bytes)
        && CARRIERS.stream()
            .filter(carrier -> carrier.range.holds(bytes) && !isIn(LOOPBACK, bytes))
            .allMatch(carrier -> allows(carried(bytes, carrier.offset)));
  }

  private boolean allows(byte[] bytes) {
    return !isIn(NEVER, bytes) && (loopback || !isIn(LOOPBACK, bytes));
  }

  private static byte[] carried(byte[] bytes, int offset) {
    return Arrays.copyOfRange(bytes, offset, offset + 4);
  }

  private static boolean isIn(List<Network> networks, byte[] bytes) {
    return networks.stream().anyMatch(network -> network.holds(bytes));
  }

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(Network::parse).toList();
  }
}
