package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Ends what a test opened: channels first, then servers, then whatever else was left to it, in
 * reverse order. Confined to the test's thread.
 */
public final class GrpcExtension implements AfterEachCallback {
  private static final long PATIENCE_SECONDS = 10;

  private final Deque<ManagedChannel> channels = new ArrayDeque<>();
  private final Deque<Server> servers = new ArrayDeque<>();
  private final Deque<AutoCloseable> others = new ArrayDeque<>();

  /** Closed after the test. */
  public ManagedChannel add(ManagedChannel channel) {
    channels.push(channel);
    return channel;
  }

  /** Closed after the test and its channels. */
  public Server add(Server server) {
    servers.push(server);
    return server;
  }

  /** Closed after channels and servers. */
  public <T extends AutoCloseable> T add(T other) {
    others.push(other);
    return other;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    channels.forEach(ManagedChannel::shutdownNow);
    for (ManagedChannel channel : channels) {
      assertThat(channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    servers.forEach(Server::shutdownNow);
    for (Server server : servers) {
      assertThat(server.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
    for (AutoCloseable other : others) {
      other.close();
    }
    channels.clear();
    servers.clear();
    others.clear();
  }
}
