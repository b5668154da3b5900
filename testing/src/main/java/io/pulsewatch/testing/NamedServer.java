package io.pulsewatch.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.InsecureServerCredentials;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** A server on loopback that answers each call with its name. Thread-safe. */
public final class NamedServer implements AutoCloseable {
  private static final MethodDescriptor.Marshaller<String> TEXT = new Text();

  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.newBuilder(TEXT, TEXT)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Backend/Who")
          .build();

  private final Server server;

  /** Starts it on a free port. */
  public NamedServer(String name) throws IOException {
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                InsecureServerCredentials.create())
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("test.Backend")
                    .addMethod(
                        WHO,
                        ServerCalls.asyncUnaryCall(
                            (String asked, StreamObserver<String> answer) -> {
                              answer.onNext(name);
                              answer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
  }

  /** Returns where it listens. */
  public int port() {
    return server.getPort();
  }

  /** Returns who answers a call on that channel; throws what the call throws. */
  public static String ask(Channel channel) {
    return ClientCalls.blockingUnaryCall(
        channel, WHO, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS), "");
  }

  /** Cuts its connections, as kill -9 does. */
  @Override
  public void close() {
    server.shutdownNow();
  }

  /** Stateless. */
  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
