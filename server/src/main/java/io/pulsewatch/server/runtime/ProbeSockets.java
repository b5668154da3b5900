package io.pulsewatch.server.runtime;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.bootstrap.Bootstrap;
import io.grpc.netty.shaded.io.netty.channel.ChannelFuture;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse;
import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.server.liveness.Probe;
import io.pulsewatch.server.probe.Sockets;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections to suspects, on threads of their own: what strangers do to them pauses no event loop
 * that reads heartbeats. Look-ups of names block, so they have threads apart.
 *
 * <p>Thread-safe.
 */
public final class ProbeSockets implements Sockets, AutoCloseable {
  /** Look-ups that wait; past it a further one is told no address. */
  static final int MAX_LOOK_UPS = 64;

  private static final int RESOLVERS = 2;
  private static final int MAX_ANSWER_BYTES = 4 * 1024;

  private final LongSupplier nanoTicker;
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, new Threads("probe"), NioIoHandler.newFactory());
  private final ExecutorService resolvers =
      new ThreadPoolExecutor(
          RESOLVERS,
          RESOLVERS,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_LOOK_UPS),
          new Threads("resolve"));

  public ProbeSockets(LongSupplier nanoTicker) {
    this.nanoTicker = nanoTicker;
  }

  @Override
  public void resolve(String host, Consumer<List<InetAddress>> told) {
    try {
      resolvers.execute(() -> told.accept(addresses(host)));
    } catch (RejectedExecutionException e) {
      told.accept(List.of());
    }
  }

  @Override
  public void look(
      InetSocketAddress at, Protocol protocol, long withinNanos, Consumer<Found> told) {
    if (loop.isShuttingDown()) {
      return;
    }
    new Look(at, protocol, withinNanos, told).connect();
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // daemons; nobody waits for them
  public void close() {
    resolvers.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  /** One look; confined to the probes' event loop from its connection on. */
  private final class Look {
    private final InetSocketAddress at;
    private final Protocol protocol;
    private final long withinNanos;
    private final Consumer<Found> told;
    private final long startNanos = nanoTicker.getAsLong();

    Look(InetSocketAddress at, Protocol protocol, long withinNanos, Consumer<Found> told) {
      this.at = at;
      this.protocol = protocol;
      this.withinNanos = withinNanos;
      this.told = told;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // its listener has it
    void connect() {
      new Bootstrap()
          .group(loop)
          .channel(NioSocketChannel.class)
          .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(withinNanos))
          .handler(new ChannelInboundHandlerAdapter())
          .connect(at)
          .addListener(done -> onConnected((ChannelFuture) done));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing was sent, so nothing can be lost
    private void onConnected(ChannelFuture connection) {
      connection.channel().close();
      if (!connection.isSuccess()) {
        tell(isRefusal(connection.cause()) ? Probe.Outcome.REFUSED : Probe.Outcome.NO_ANSWER);
      } else if (protocol == Protocol.TCP) {
        tell(Probe.Outcome.REACHABLE);
      } else {
        check();
      }
    }

    /** Somebody accepts. A process that stands still accepts, too, but answers nothing. */
    private void check() {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress(at)
              .eventLoopGroup(loop)
              .channelType(NioSocketChannel.class)
              .directExecutor()
              .offloadExecutor(loop)
              .usePlaintext()
              .proxyDetector(target -> null)
              .disableRetry()
              .maxInboundMessageSize(MAX_ANSWER_BYTES)
              .maxInboundMetadataSize(MAX_ANSWER_BYTES)
              .build();
      long left = withinNanos - (nanoTicker.getAsLong() - startNanos);
      ClientCalls.asyncUnaryCall(
          channel.newCall(
              HealthGrpc.getCheckMethod(),
              CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS)),
          HealthCheckRequest.getDefaultInstance(),
          new Answer(channel));
    }

    private void tell(Probe.Outcome outcome) {
      told.accept(new Found(outcome, nanoTicker.getAsLong() - startNanos));
    }

    /** Whatever is said, a refusal of the call too, somebody is there to say it. */
    private final class Answer implements StreamObserver<HealthCheckResponse> {
      private final ManagedChannel channel;

      Answer(ManagedChannel channel) {
        this.channel = channel;
      }

      @Override
      public void onNext(HealthCheckResponse response) {}

      @Override
      public void onError(Throwable error) {
        Status.Code code =
            error instanceof StatusRuntimeException failed
                ? failed.getStatus().getCode()
                : Status.Code.UNKNOWN;
        end(
            code == Status.Code.DEADLINE_EXCEEDED
                ? Probe.Outcome.NO_ANSWER
                : Probe.Outcome.REACHABLE);
      }

      @Override
      public void onCompleted() {
        end(Probe.Outcome.REACHABLE);
      }

      private void end(Probe.Outcome outcome) {
        channel.shutdownNow();
        tell(outcome);
      }
    }
  }

  /** Rounded up, since 0 would mean without end. */
  private static int millis(long nanos) {
    return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999));
  }

  /**
   * A {@link ConnectException} is also thrown for a network that cannot be reached, and for time.
   */
  private static boolean isRefusal(@Nullable Throwable failure) {
    return failure instanceof ConnectException
        && String.valueOf(failure.getMessage()).contains("refused");
  }
}
