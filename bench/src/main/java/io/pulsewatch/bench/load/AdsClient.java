package io.pulsewatch.bench.load;

import io.pulsewatch.bench.wire.RawConnection;
import io.pulsewatch.bench.wire.RawStream;
import io.pulsewatch.bench.wire.XdsAnswer;
import io.pulsewatch.xds.envoy.DiscoveryRequest;
import io.pulsewatch.xds.envoy.Node;
import org.jspecify.annotations.Nullable;

/**
 * An xDS client that calls one service, as a gRPC channel does: it asks for the listener, the
 * cluster and the endpoints of that name on one stream, and acknowledges each answer. Confined to
 * the thread of its connection.
 */
final class AdsClient {
  private static final String PATH =
      "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources";
  private static final String LISTENER = "type.googleapis.com/envoy.config.listener.v3.Listener";
  private static final String CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
  private static final String ENDPOINTS =
      "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

  private final RawConnection connection;
  private final int number;
  private final String service;
  private final int place;
  private @Nullable RawStream stream;
  private boolean standing;

  /**
   * Creates one that asks for nothing yet.
   *
   * @param number of its stream
   * @param place its number among those of its service
   */
  AdsClient(RawConnection connection, int number, String service, int place) {
    this.connection = connection;
    this.number = number;
    this.service = service;
    this.place = place;
  }

  String service() {
    return service;
  }

  int place() {
    return place;
  }

  /** It has been told of endpoints since it asked. */
  boolean isStanding() {
    return standing;
  }

  boolean owns(RawStream one) {
    return one.equals(stream);
  }

  void subscribe() {
    DiscoveryRequest first =
        request(LISTENER, "", "").setNode(Node.newBuilder().setId("bench-" + number)).build();
    stream = connection.open(number, PATH, first.toByteArray());
    standing = false;
    send(request(CLUSTER, "", ""));
    send(request(ENDPOINTS, "", ""));
  }

  void leave() {
    RawStream old = stream;
    if (old != null) {
      connection.cancel(old);
    }
    stream = null;
    standing = false;
  }

  /** Acknowledges an answer. Returns whether it was about endpoints. */
  boolean onAnswer(XdsAnswer answer) {
    send(request(answer.type(), answer.version(), answer.nonce()));
    boolean told = answer.type().equals(ENDPOINTS);
    standing |= told;
    return told;
  }

  private DiscoveryRequest.Builder request(String type, String version, String nonce) {
    return DiscoveryRequest.newBuilder()
        .setTypeUrl(type)
        .setVersionInfo(version)
        .setResponseNonce(nonce)
        .addResourceNames(service);
  }

  private void send(DiscoveryRequest.Builder request) {
    RawStream open = stream;
    if (open != null && !connection.send(open, request.build().toByteArray())) {
      throw new IllegalStateException("no room for a request of xDS client " + number);
    }
  }
}
