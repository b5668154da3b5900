package io.pulsewatch.server.runtime;

import io.grpc.InsecureServerCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * gRPC's own limits. Apart from services and event loops this is all that makes a server ours, so
 * the benchmarks' no-op server uses it, too. Immutable.
 *
 * @param maxCallsPerConnection HTTP/2 streams on one connection. Without it one connection alone
 *     can take all memory.
 * @param maxMessageBytes one message of a client
 * @param maxMetadataBytes the headers of a call
 * @param maxResetsPerWindow stream resets on one connection within the window
 * @param resetWindowSeconds that window
 * @param permitPingSeconds how often a client may ping
 */
public record GrpcSettings(
    int maxCallsPerConnection,
    int maxMessageBytes,
    int maxMetadataBytes,
    int maxResetsPerWindow,
    int resetWindowSeconds,
    int permitPingSeconds) {
  /** Fixed, so that no bandwidth probe adds pings of its own. */
  private static final int FLOW_CONTROL_WINDOW = 64 * 1024;

  /** A plaintext server builder with these settings, without services and event loops. */
  public NettyServerBuilder builder(InetSocketAddress address) {
    return builder(address, InsecureServerCredentials.create());
  }

  /** The same with credentials for TLS. */
  public NettyServerBuilder builder(InetSocketAddress address, ServerCredentials credentials) {
    return NettyServerBuilder.forAddress(address, credentials)
        .directExecutor()
        .flowControlWindow(FLOW_CONTROL_WINDOW)
        .maxConcurrentCallsPerConnection(maxCallsPerConnection)
        .maxInboundMessageSize(maxMessageBytes)
        .maxInboundMetadataSize(maxMetadataBytes)
        .maxRstFramesPerWindow(maxResetsPerWindow, resetWindowSeconds)
        .permitKeepAliveTime(permitPingSeconds, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        // Off: what it closed would be a loss of our making. See docs/decisions/0003.
        .keepAliveTime(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }
}
