package io.pulsewatch.server.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** A range of addresses: the first bits of one, and how many they are. Immutable. */
final class Network {
  private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /** Of the address: 4 or 16. */
  private final byte[] bytes;

  private final int bits;

  private Network(byte[] bytes, int bits) {
    this.bytes = bytes;
    this.bits = bits;
  }

  /** Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or one address. No name is ever resolved. */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!V4.matcher(address).matches() && !V6.matcher(address).matches()) {
      throw bad(text);
    }
    try {
      byte[] bytes = InetAddress.getByName(address).getAddress();
      int all = bytes.length * 8;
      int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > all) {
        throw bad(text);
      }
      return new Network(bytes, bits);
    } catch (UnknownHostException | NumberFormatException e) {
      throw bad(text);
    }
  }

  boolean holds(byte[] address) {
    if (address.length != bytes.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> bit % 8;
      if ((address[bit / 8] & mask) != (bytes[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "network: " + text + " (expected: an address, or a range such as 10.0.0.0/8)");
  }
}
