package io.pulsewatch.client.transport;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;

/** Channels as the client makes them where the application brings none. Stateless. */
public final class Channels {
  private static final int MAX_HEARTBEAT_BYTES = 64 * 1024;
  private static final int MAX_RESPONSE_BYTES = 4 * 1024 * 1024;

  private Channels() {}

  /** For a heartbeat stream. Its callbacks only hand over, so they run on the event loop. */
  public static ManagedChannel forHeartbeats(String address, ChannelCredentials credentials) {
    return streaming(address, credentials).maxInboundMessageSize(MAX_HEARTBEAT_BYTES).build();
  }

  /** For a watch. */
  public static ManagedChannel forWatch(String address, ChannelCredentials credentials) {
    return streaming(address, credentials).maxInboundMessageSize(MAX_RESPONSE_BYTES).build();
  }

  /** For unary calls. */
  public static ManagedChannel forCalls(String address, ChannelCredentials credentials) {
    return channel(address, credentials).maxInboundMessageSize(MAX_RESPONSE_BYTES).build();
  }

  /** Throws what is wrong with them; connects to nothing. */
  public static void check(ChannelCredentials credentials) {
    streaming("localhost:1", credentials);
  }

  /** For one look at another instance. */
  static ManagedChannel forProbe(String address, int maxBytes) {
    return channel(address, InsecureChannelCredentials.create())
        .disableRetry()
        .maxInboundMessageSize(maxBytes)
        .build();
  }

  // No retries by gRPC: they would hold back each message until the server answers, and send the
  // register again unseen. No keepalive: acks and bookmarks show sooner that a connection is dead,
  // and pings would only use up the server's patience for them.
  private static ManagedChannelBuilder<?> streaming(
      String address, ChannelCredentials credentials) {
    return channel(address, credentials).disableRetry().directExecutor();
  }

  // gRPC would ask the JVM's system properties and the environment for a proxy; whether an instance
  // is alive must not hang on a variable that somebody set for a browser.
  private static ManagedChannelBuilder<?> channel(String address, ChannelCredentials credentials) {
    return Grpc.newChannelBuilder(address, credentials)
        .proxyDetector(target -> null)
        .disableServiceConfigLookUp();
  }
}
