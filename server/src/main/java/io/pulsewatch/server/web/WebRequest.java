package io.pulsewatch.server.web;

import com.google.protobuf.ByteString;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
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

  public WebRequest {
    path = List.copyOf(path);
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  @Nullable String header(String name) {
    return headers.get(name);
  }

  boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }
}
