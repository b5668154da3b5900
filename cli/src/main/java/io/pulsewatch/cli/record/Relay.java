package io.pulsewatch.cli.record;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.HandlerRegistry;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.pulsewatch.cli.record.Arrival.Source;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server that passes every call on to another one, whatever its method, and reads along in
 * heartbeat streams. Thread-safe.
 */
final class Relay extends HandlerRegistry {
  private static final String HEARTBEATS =
      HeartbeatServiceGrpc.getHeartbeatMethod().getFullMethodName();
  private static final Bytes BYTES = new Bytes();

  /** What the server behind it permits is for that server to say; these only bound our memory. */
  private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

  private static final int MAX_CALLS_PER_CONNECTION = 10_000;
  private static final long MIN_PING_SECONDS = 5;

  private final Channel server;
  private final Predicate<Source> wanted;
  private final ArrivalQueue queue;
  private final LongSupplier nanoTicker;

  /**
   * @param server where calls are passed on to
   * @param wanted which streams are recorded; all are relayed
   * @param nanoTicker the clock that stamps arrivals
   */
  Relay(Channel server, Predicate<Source> wanted, ArrivalQueue queue, LongSupplier nanoTicker) {
    this.server = server;
    this.wanted = wanted;
    this.queue = queue;
    this.nanoTicker = nanoTicker;
  }

  /** Listens. */
  Server listen(InetSocketAddress address) throws IOException {
    return NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
        .fallbackHandlerRegistry(this)
        .directExecutor()
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
        .permitKeepAliveTime(MIN_PING_SECONDS, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .build()
        .start();
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String methodName, @Nullable String authority) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.newBuilder(BYTES, BYTES)
            .setFullMethodName(methodName)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build();
    return ServerMethodDefinition.create(method, new Handler());
  }

  private final class Handler implements ServerCallHandler<byte[], byte[]> {
    @Override
    public ServerCall.Listener<byte[]> startCall(
        ServerCall<byte[], byte[]> call, Metadata headers) {
      MethodDescriptor<byte[], byte[]> method = call.getMethodDescriptor();
      Consumer<byte[]> tap =
          method.getFullMethodName().equals(HEARTBEATS)
              ? new HeartbeatTap(wanted, queue, nanoTicker)
              : message -> {};
      return new RelayedCall(call, server.newCall(method, CallOptions.DEFAULT), tap).start(headers);
    }
  }

  /** Messages as they are. */
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
