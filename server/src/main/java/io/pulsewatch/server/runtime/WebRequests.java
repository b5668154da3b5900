package io.pulsewatch.server.runtime;

import com.google.protobuf.ByteString;
import io.grpc.netty.shaded.io.netty.handler.codec.http.FullHttpRequest;
import io.grpc.netty.shaded.io.netty.handler.codec.http.QueryStringDecoder;
import io.pulsewatch.server.web.WebRequest;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Netty's requests in our words. Stateless. */
final class WebRequests {
  private static final int MAX_PARAMETERS = 1_000;

  private WebRequests() {}

  /**
   * Reads it all.
   *
   * @throws IllegalArgumentException where its address is malformed
   */
  static WebRequest of(FullHttpRequest request, @Nullable SocketAddress peer) {
    QueryStringDecoder address =
        new QueryStringDecoder(request.uri(), StandardCharsets.UTF_8, true, MAX_PARAMETERS);
    Map<String, String> headers = new HashMap<>();
    request
        .headers()
        .forEach(
            header ->
                headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
    return new WebRequest(
        request.method().name(),
        segments(address.rawPath()),
        address.parameters(),
        headers,
        ByteString.copyFrom(request.content().nioBuffer()),
        peer);
  }

  /** Split first: a slash that was encoded separates nothing. A last slash does not, either. */
  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (!segment.isEmpty()) {
        segments.add(QueryStringDecoder.decodeComponent(segment, StandardCharsets.UTF_8));
      }
    }
    return segments;
  }
}
