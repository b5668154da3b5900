package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetServerStateRequest;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.RegistryServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What tests on sockets open, and leave to their extension to close. Stateless. */
final class Sockets {
  /** How long to wait for what must come: long, since the machine is shared. */
  static final long PATIENCE_MILLIS = 30_000;

  /** Below the ports that systems give to clients: one that tries a dead port may meet itself. */
  private static final int FIRST_PORT = 20_000;

  private static final int PORTS = 10_000;

  private Sockets() {}

  /** A port for servers that come one after another. */
  static int freePort(RandomGenerator chance) {
    while (true) {
      int port = FIRST_PORT + chance.nextInt(PORTS);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // taken: another one
      }
    }
  }

  static PulsewatchServer server(GrpcExtension grpc) throws IOException {
    return server(grpc, Limits.DEFAULT);
  }

  static PulsewatchServer server(GrpcExtension grpc, Limits limits) throws IOException {
    return grpc.add(
        PulsewatchServer.builder().listen("127.0.0.1", 0).ioThreads(2).limits(limits).start());
  }

  /** A connection of its own. */
  static ManagedChannel channel(GrpcExtension grpc, int port) {
    return grpc.add(NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build());
  }

  static ScheduledExecutorService timer(GrpcExtension grpc) {
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    grpc.add(
        () -> {
          timer.shutdownNow();
          assertThat(timer.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        });
    return timer;
  }

  static Instance instance(ManagedChannel channel, String name) {
    int slash = name.indexOf('/');
    return RegistryServiceGrpc.newBlockingStub(channel)
        .getInstance(
            GetInstanceRequest.newBuilder()
                .setService(name.substring(0, slash))
                .setInstanceId(name.substring(slash + 1))
                .build())
        .getInstance();
  }

  static GetServerStateResponse state(ManagedChannel channel) {
    return AdminServiceGrpc.newBlockingStub(channel)
        .getServerState(GetServerStateRequest.getDefaultInstance());
  }
}
