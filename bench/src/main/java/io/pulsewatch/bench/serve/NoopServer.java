package io.pulsewatch.bench.serve;

import com.google.protobuf.Duration;
import io.grpc.Server;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.Limit;
import io.pulsewatch.server.Limits;
import io.pulsewatch.server.runtime.GrpcSettings;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * What gRPC itself costs: a server with our settings that answers each message with an ack as large
 * as ours, and remembers nothing. Where a stream begins or breaks, the event loop that reads it
 * tells all watchers at once. Thread-safe.
 */
final class NoopServer implements Target.Running {
  private final EventLoopGroup boss;
  private final EventLoopGroup workers;
  private final Server server;
  private final NoopWatches told = new NoopWatches();

  NoopServer(ServerOptions options) throws IOException {
    boss = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    workers =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(), EpollIoHandler.newFactory());
    server =
        settings(options.limits())
            .builder(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()))
            .bossEventLoopGroup(boss)
            .workerEventLoopGroup(workers)
            .channelType(EpollServerSocketChannel.class)
            .addService(new Echo(told))
            .addService(told)
            .addService(new RawFanout().service())
            .build()
            .start();
  }

  private static GrpcSettings settings(Limits limits) {
    return new GrpcSettings(
        limits.of(Limit.MAX_CALLS_PER_CONNECTION),
        limits.of(Limit.MAX_MESSAGE_BYTES),
        limits.of(Limit.MAX_METADATA_BYTES),
        limits.of(Limit.MAX_RESETS_PER_WINDOW),
        limits.of(Limit.RESET_WINDOW_SECONDS),
        limits.of(Limit.PERMIT_PING_SECONDS));
  }

  @Override
  public int port() {
    return server.getPort();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // daemons; nobody waits for them
  public void close() {
    server.shutdownNow();
    boss.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class Echo extends HeartbeatServiceGrpc.HeartbeatServiceImplBase {
    private static final Duration EXPIRES_IN =
        Duration.newBuilder().setSeconds(5).setNanos(738_010_000).build();

    private final NoopWatches told;

    Echo(NoopWatches told) {
      this.told = told;
    }

    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> answers) {
      // As ours does: nothing is asked for again and again.
      ServerCallStreamObserver<HeartbeatResponse> call =
          (ServerCallStreamObserver<HeartbeatResponse>) answers;
      call.disableAutoRequest();
      InstanceName[] registered = new InstanceName[1]; // confined to the event loop of the call
      call.setOnCancelHandler(() -> told.onEnd(registered[0]));
      call.request(Integer.MAX_VALUE);
      return new StreamObserver<>() {
        @Override
        public void onNext(HeartbeatRequest request) {
          if (request.hasRegister()) {
            registered[0] = request.getRegister().getInstance();
            told.onBegin(registered[0]);
          }
          answers.onNext(ack(request.getHeartbeat()));
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }

    /** Built afresh for each message, as ours is; ours keeps the fence, too. */
    private static HeartbeatResponse ack(Heartbeat heartbeat) {
      return HeartbeatResponse.newBuilder()
          .setAck(
              Ack.newBuilder()
                  .setSequence(heartbeat.getSequence())
                  .setSentMonotonicNanos(heartbeat.getSentMonotonicNanos())
                  .setExpiresIn(EXPIRES_IN)
                  .setState(State.STATE_ALIVE)
                  .setStatus(Status.STATUS_SERVING))
          .build();
    }
  }
}
