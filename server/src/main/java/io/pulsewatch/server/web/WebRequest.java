package io.pulsewatch.server.web;

import com.google.protobuf.ByteString;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request, read whole. Immutable.
 *
 * @param method as it came: GET, POST
 * @param path percent-encoding undone, without the query; segments by their own
 * @param query names and values with percent-encoding undone
 * @param headers names in lower case; of a repeated one the first
 * @param body empty where there is none
 * @param peer whose socket it came from, if that has an address
 */
public record WebRequest(
    String method,
    List<String> path,
    Map<String, List<String>> query,
    Map<String, String> headers,
    ByteString body,
    @Nullable SocketAddress peer) {
  /** Of a machine itself: localhost, or an address; with a port or without. */
  private static final Pattern OWN_NAME =
      Pattern.compile(
          "(([a-z0-9-]+\\.)*localhost|[0-9.]+|\\[[0-9a-f:.%]+])(:[0-9]*)?",
          Pattern.CASE_INSENSITIVE);

  public WebRequest {
    path = List.copyOf(path);
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  /**
   * True where a browser of this very machine may have been sent here by a page whose name was
   * bound to a loopback address (DNS rebinding): it came from this machine, and calls it by another
   * name.
   */
  boolean isMisled() {
    String host = header("host");
    return host != null
        && peer instanceof InetSocketAddress from
        && from.getAddress() != null
        && from.getAddress().isLoopbackAddress()
        && !OWN_NAME.matcher(host).matches();
  }

  boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }
}
