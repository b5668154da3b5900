package io.pulsewatch.client.transport;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that a sender never connects to for somebody else: an instance declares its
 * endpoints itself, and could declare what only its neighbours may reach. Stateless.
 */
final class ProbeAddresses {
  private static final Set<String> METADATA_HOSTS =
      Set.of(
          "metadata",
          "metadata.goog",
          "metadata.google.internal",
          "instance-data",
          "instance-data.ec2.internal");

  // Those that are not link-local, as the server's own rules have them.
  private static final Set<String> METADATA_ADDRESSES =
      Set.of(
          "100.100.100.200", // Alibaba
          "168.63.129.16", // the host of an Azure machine
          "192.0.0.192", // Oracle
          "fd00:ec2:0:0:0:0:0:254", // AWS
          "fd20:ce:0:0:0:0:0:254", // Google
          "fd00:c1:0:0:0:0:a9fe:a9fe"); // Oracle

  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final byte[] COMPATIBLE = new byte[12];

  private ProbeAddresses() {}

  static boolean mayBeAsked(String host, Reach.Scope scope) {
    String name = host.toLowerCase(Locale.ROOT);
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    return scope.anyAddress() || !METADATA_HOSTS.contains(plain);
  }

  static boolean mayBeAsked(InetAddress address, Reach.Scope scope) {
    if (isNobody(address)) {
      return false;
    }
    if (address.isLoopbackAddress()) {
      return scope.loopback();
    }
    InetAddress inner = embedded(address);
    if (inner != null) {
      return mayBeAsked(inner, scope);
    }
    return scope.anyAddress()
        || !(isLinkLocal(address) || METADATA_ADDRESSES.contains(unscoped(address)));
  }

  /** No address of one machine. */
  private static boolean isNobody(InetAddress address) {
    if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
      return true;
    }
    int first = address.getAddress()[0] & 0xff;
    return address instanceof Inet4Address && (first == 0 || first >= 240);
  }

  /** Or site-local, as IPv6 had it once; of IPv4, that would be where services live. */
  private static boolean isLinkLocal(InetAddress address) {
    return address.isLinkLocalAddress()
        || (address instanceof Inet6Address && address.isSiteLocalAddress());
  }

  private static String unscoped(InetAddress address) {
    String literal = address.getHostAddress();
    int scope = literal.indexOf('%');
    return scope < 0 ? literal : literal.substring(0, scope);
  }

  /** The IPv4 address behind NAT64, 6to4, or the old compatible form. */
  private static @Nullable InetAddress embedded(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return null;
    }
    byte[] prefix = Arrays.copyOf(bytes, COMPATIBLE.length);
    if (Arrays.equals(prefix, NAT64) || Arrays.equals(prefix, COMPATIBLE)) {
      return ipv4(bytes, COMPATIBLE.length);
    }
    return bytes[0] == 0x20 && bytes[1] == 0x02 ? ipv4(bytes, 2) : null;
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException impossible) { // four bytes are an address
      throw new IllegalStateException(impossible);
    }
  }
}
