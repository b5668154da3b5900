package io.pulsewatch.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as it is typed.
 *
 * @param host name or address; an IPv6 address without its brackets
 * @param port 0 .. 65535
 */
record HostPort(String host, int port) {
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?:\\[(?<v6>[0-9A-Fa-f:.%a-z]+)]|(?<name>[^\\[\\]:/\\s,]+)):(?<port>\\d{1,5})");

  /**
   * Reads {@code HOST:PORT} or {@code [IPV6]:PORT}.
   *
   * @param origin who said it, such as {@code --server}
   */
  static HostPort parse(String origin, String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      throw CommandException.usage(
          origin + ": '" + text + "' (expected: HOST:PORT, such as 127.0.0.1:5780 or [::1]:5780)");
    }
    int port = Integer.parseInt(matcher.group("port"));
    if (port > 65535) {
      throw CommandException.usage(origin + ": port " + port + " (expected: at most 65535)");
    }
    String v6 = matcher.group("v6");
    return new HostPort(v6 == null ? matcher.group("name") : v6, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
