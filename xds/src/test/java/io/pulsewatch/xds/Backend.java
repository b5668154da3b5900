package io.pulsewatch.xds;

import com.google.protobuf.Duration;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.testing.NamedServer;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A server that says its name, and its way to be killed. Confined to the test's thread. */
final class Backend implements AutoCloseable {
  private final String name;
  private final NamedServer server;
  private @Nullable ManagedChannel registration;
  private @Nullable StreamObserver<HeartbeatRequest> stream;

  Backend(String name) throws IOException {
    this.name = name;
    this.server = new NamedServer(name);
  }

  int port() {
    return server.port();
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
                    .setResumeWindow(Duration.newBuilder().setSeconds(2)) // a restart waits for it
                    .addEndpoints(
                        Endpoint.newBuilder().setName("grpc").setHost("127.0.0.1").setPort(port())))
            .build());
    stream.onNext(
        HeartbeatRequest.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build());
  }

  /** As kill -9 does: both connections are cut, and nobody says goodbye. */
  @Override
  public void close() {
    server.close();
    if (registration != null) {
      registration.shutdownNow();
    }
  }
}
