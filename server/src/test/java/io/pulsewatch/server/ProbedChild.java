package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Endpoint;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A client in a process of its own that beats and has an endpoint; it ends with its input. */
final class ProbedChild {
  private ProbedChild() {}

  /**
   * Runs it.
   *
   * @param arguments the server's port, and the endpoint's name
   */
  public static void main(String[] arguments) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", Integer.parseInt(arguments[0]))
            .usePlaintext()
            .build();
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Endpoint.Builder endpoint =
          Endpoint.newBuilder()
              .setName(arguments[1])
              .setHost("127.0.0.1")
              .setPort(socket.getLocalPort());
      TestStream stream = TestStream.open(channel, Sockets.PATIENCE_MILLIS);
      stream.send(register("orders/child", 400, 2_400, 2_400).addEndpoints(endpoint));
      ScheduledFuture<?> beats =
          Executors.newSingleThreadScheduledExecutor()
              .scheduleAtFixedRate(() -> stream.send(heartbeat(0)), 0, 100, TimeUnit.MILLISECONDS);
      while (System.in.read() >= 0) {
        // until the parent is gone
      }
      beats.cancel(true);
    }
    System.exit(0);
  }
}
