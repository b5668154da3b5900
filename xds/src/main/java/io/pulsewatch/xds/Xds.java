package io.pulsewatch.xds;

import io.pulsewatch.server.ExtensionHost;
import io.pulsewatch.server.ServerExtension;

/**
 * xDS from the live registry: {@code xds:///orders} in any gRPC client, and Envoy. Stateless.
 *
 * <pre>{@code
 * PulsewatchServer.builder().withExtension(Xds.extension()).start();
 * }</pre>
 */
public final class Xds {
  private Xds() {}

  /**
   * For {@link io.pulsewatch.server.ServerBuilder#withExtension}; one may serve several servers.
   */
  public static ServerExtension extension() {
    return new Extension();
  }

  /** Immutable. */
  private static final class Extension implements ServerExtension {
    @Override
    public String name() {
      return "xds";
    }

    @Override
    public Part begin(ExtensionHost host) {
      return new XdsPart(host);
    }
  }
}
