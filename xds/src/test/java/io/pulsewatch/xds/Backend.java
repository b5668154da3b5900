package io.pulsewatch.xds;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Duration;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server that says its name, and its way to be killed. Confined to the test's thread. */
final class Backend implements AutoCloseable {
  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
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
      };

  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.newBuilder(TEXT, TEXT)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Backend/Who")
          .build();

  private final String name;
  private final Server server;
  private @Nullable ManagedChannel registration;
  private @Nullable StreamObserver<HeartbeatRequest> stream;

  Backend(String name) throws IOException {
    this.name = name;
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

  int port() {
    return server.getPort();
  }

  /** Who answers a call on that channel; throws what the call throws. */
  static String ask(Channel channel) {
    return ClientCalls.blockingUnaryCall(
        channel, WHO, CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS), "");
  }

  /** Registers, with a long interval, so that nothing else has to be said. */
  void register(int pulsewatchPort) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget(
                "127.0.0.1:" + pulsewatchPort, InsecureChannelCredentials.create())
            .build();
    registration = channel;
    stream =
        HeartbeatServiceGrpc.newStub(channel)
            .heartbeat(
                new StreamObserver<HeartbeatResponse>() {
                  @Override
                  public void onNext(HeartbeatResponse response) {}

                  @Override
                  public void onError(Throwable error) {}

                  @Override
                  public void onCompleted() {}
                });
    stream.onNext(
        HeartbeatRequest.newBuilder()
            .setRegister(
                Register.newBuilder()
                    .setInstance(InstanceName.newBuilder().setService("orders").setInstanceId(name))
                    .setInterval(Duration.newBuilder().setSeconds(10))
                    .addEndpoints(
                        Endpoint.newBuilder().setName("grpc").setHost("127.0.0.1").setPort(port())))
            .build());
    stream.onNext(
        HeartbeatRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
  }

  /** As kill -9 does: both connections are cut, and nobody says goodbye. */
  @Override
  public void close() {
    server.shutdownNow();
    if (registration != null) {
      registration.shutdownNow();
    }
  }
}
