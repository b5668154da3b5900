package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.Listener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is sent, read with Envoy's own messages. */
final class ResourcesTest {
  @Test
  void aListenerHasItsRouteInIt() throws Exception {
    Listener listener = read(Resources.of(ResourceType.LISTENER, "orders"), Listener.class);
    assertThat(listener.getName()).isEqualTo("orders");
    HttpConnectionManager manager =
        listener.getApiListener().getApiListener().unpack(HttpConnectionManager.class);
    assertThat(manager.getRouteConfig())
        .isEqualTo(read(Resources.of(ResourceType.ROUTES, "orders"), RouteConfiguration.class));
    assertThat(manager.getHttpFiltersList()).hasSize(1);
    assertThat(manager.getHttpFilters(0).getTypedConfig().unpack(Router.class))
        .isEqualTo(Router.getDefaultInstance());
    var host = manager.getRouteConfig().getVirtualHosts(0);
    assertThat(host.getDomainsList()).containsExactly("*");
    var route = host.getRoutes(0);
    assertThat(route.getMatch().hasPrefix()).isTrue();
    assertThat(route.getRoute().getCluster()).isEqualTo("orders");
    assertThat(route.getRoute().hasTimeout()).as("none, and not Envoy's 15 s").isTrue();
    assertThat(route.getRoute().getTimeout().getSeconds()).isZero();
    assertThat(manager.getUnknownFields().asMap()).isEmpty();
  }

  @Test
  void aClusterHasItsEndpointsByAds() throws Exception {
    Cluster cluster = read(Resources.of(ResourceType.CLUSTER, "orders"), Cluster.class);
    assertThat(cluster.getName()).isEqualTo("orders");
    assertThat(cluster.getType()).isEqualTo(Cluster.DiscoveryType.EDS);
    assertThat(cluster.getEdsClusterConfig().getEdsConfig().hasAds()).isTrue();
    assertThat(cluster.getCircuitBreakers().getThresholds(0).getMaxRequests().getValue())
        .isEqualTo(-1);
    Any options =
        cluster.getTypedExtensionProtocolOptionsOrThrow(
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions");
    assertThat(options.getTypeUrl())
        .isEqualTo("type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions");
    // use_downstream_protocol_config = 4 { http_protocol_options = 1, http2_protocol_options = 2 }
    assertThat(options.getValue()).isEqualTo(ByteString.fromHex("22040a001200"));
  }

  @Test
  void anAnswerIsOne() throws Exception {
    ByteString one = Resources.of(ResourceType.CLUSTER, "a");
    ByteString two = Resources.of(ResourceType.CLUSTER, "b");
    Frame frame = Frame.of(ResourceType.CLUSTER, "7", "a3", List.of(one, two));
    DiscoveryResponse answer = DiscoveryResponse.parseFrom(frame.toByteArray());
    assertThat(answer.getVersionInfo()).isEqualTo("7");
    assertThat(answer.getNonce()).isEqualTo("a3").isEqualTo(frame.nonce());
    assertThat(answer.getTypeUrl()).isEqualTo(ResourceType.CLUSTER.url());
    assertThat(answer.getResourcesList()).extracting(Any::toByteString).containsExactly(one, two);
    assertThat(frame.length()).isEqualTo(answer.getSerializedSize());
  }

  private static <M extends Message> M read(ByteString packed, Class<M> type)
      throws InvalidProtocolBufferException {
    return Any.parseFrom(packed).unpack(type);
  }
}
