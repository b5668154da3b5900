package io.pulsewatch.xds;

import org.jspecify.annotations.Nullable;

/**
 * The resources that are served, in the order in which they are sent: who is told of a cluster
 * before a route to it has no gap.
 */
enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster", true),
  ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment", false),
  LISTENER("envoy.config.listener.v3.Listener", true),
  ROUTES("envoy.config.route.v3.RouteConfiguration", false);

  private final String url;
  private final boolean whole;

  ResourceType(String name, boolean whole) {
    this.url = "type.googleapis.com/" + name;
    this.whole = whole;
  }

  /** Null for types that are not served. */
  static @Nullable ResourceType of(String url) {
    for (ResourceType type : values()) {
      if (type.url.equals(url)) {
        return type;
      }
    }
    return null;
  }

  String url() {
    return url;
  }

  /** An answer names all that there is: what is missing in it does not exist. */
  boolean isWhole() {
    return whole;
  }
}
