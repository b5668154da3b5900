package io.pulsewatch.xds;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.UInt32Value;
import io.pulsewatch.xds.envoy.AggregatedConfigSource;
import io.pulsewatch.xds.envoy.ApiListener;
import io.pulsewatch.xds.envoy.ApiVersion;
import io.pulsewatch.xds.envoy.CircuitBreakers;
import io.pulsewatch.xds.envoy.Cluster;
import io.pulsewatch.xds.envoy.ConfigSource;
import io.pulsewatch.xds.envoy.HttpConnectionManager;
import io.pulsewatch.xds.envoy.HttpFilter;
import io.pulsewatch.xds.envoy.HttpProtocolOptions;
import io.pulsewatch.xds.envoy.Listener;
import io.pulsewatch.xds.envoy.Route;
import io.pulsewatch.xds.envoy.RouteAction;
import io.pulsewatch.xds.envoy.RouteConfiguration;
import io.pulsewatch.xds.envoy.RouteMatch;
import io.pulsewatch.xds.envoy.Router;
import io.pulsewatch.xds.envoy.VirtualHost;

/**
 * What Envoy's API calls a service, packed and encoded. Stateless.
 *
 * <p>One service is one listener, one route configuration, one cluster and its endpoints, all of
 * its name. All but the endpoints ({@link EncodedPool}) follow from the name.
 */
final class Resources {
  /** gRPC and Envoy count calls of a cluster and refuse those past 1,024, unless told otherwise. */
  private static final UInt32Value WITHOUT_LIMIT = UInt32Value.of(-1);

  private static final Any ROUTER = Any.pack(Router.getDefaultInstance());

  private static final Any AS_IT_COMES =
      Any.pack(
          HttpProtocolOptions.newBuilder()
              .setUseDownstreamProtocolConfig(
                  HttpProtocolOptions.UseDownstreamHttpConfig.newBuilder()
                      .setHttpProtocolOptions(HttpProtocolOptions.Protocol.getDefaultInstance())
                      .setHttp2ProtocolOptions(HttpProtocolOptions.Protocol.getDefaultInstance()))
              .build());

  private Resources() {}

  /** What follows from the name. */
  static ByteString of(ResourceType type, String service) {
    return switch (type) {
      case CLUSTER -> pack(cluster(service));
      case LISTENER -> pack(listener(service));
      case ROUTES -> pack(routes(service));
      case ENDPOINTS -> throw new IllegalArgumentException("endpoints follow from their pool");
    };
  }

  private static Cluster cluster(String service) {
    return Cluster.newBuilder()
        .setName(service)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(
            Cluster.EdsClusterConfig.newBuilder()
                .setEdsConfig(
                    ConfigSource.newBuilder()
                        .setAds(AggregatedConfigSource.getDefaultInstance())
                        .setResourceApiVersion(ApiVersion.V3)))
        .setCircuitBreakers(
            CircuitBreakers.newBuilder()
                .addThresholds(
                    CircuitBreakers.Thresholds.newBuilder()
                        .setMaxConnections(WITHOUT_LIMIT)
                        .setMaxPendingRequests(WITHOUT_LIMIT)
                        .setMaxRequests(WITHOUT_LIMIT)))
        .putTypedExtensionProtocolOptions(
            HttpProtocolOptions.getDescriptor().getFullName(), AS_IT_COMES)
        .build();
  }

  private static Listener listener(String service) {
    return Listener.newBuilder()
        .setName(service)
        .setApiListener(
            ApiListener.newBuilder()
                .setApiListener(
                    Any.pack(
                        HttpConnectionManager.newBuilder()
                            .setRouteConfig(routes(service))
                            .addHttpFilters(
                                HttpFilter.newBuilder().setName("router").setTypedConfig(ROUTER))
                            .build())))
        .build();
  }

  private static RouteConfiguration routes(String service) {
    return RouteConfiguration.newBuilder()
        .setName(service)
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName(service)
                .addDomains("*")
                .addRoutes(
                    Route.newBuilder()
                        .setMatch(RouteMatch.newBuilder().setPrefix(""))
                        .setRoute(
                            RouteAction.newBuilder()
                                .setCluster(service)
                                // Envoy would end each stream after 15 s.
                                .setTimeout(Duration.getDefaultInstance()))))
        .build();
  }

  private static ByteString pack(Message resource) {
    return Any.pack(resource).toByteString();
  }
}
