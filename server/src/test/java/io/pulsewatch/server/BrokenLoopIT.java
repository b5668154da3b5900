package io.pulsewatch.server;

import static io.pulsewatch.server.Sockets.PATIENCE_MILLIS;
import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.TestStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A loop throws: the server says so, judges nobody, and lets every fence run out. */
@Timeout(120)
final class BrokenLoopIT {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private volatile String broken = "nobody";

  @ParameterizedTest
  @ValueSource(strings = {"pulsewatch-loop-0", "pulsewatch-fanout-0"})
  void isToldOnceAndRenewsNoFence(String thread) throws Exception {
    PulsewatchServer server = server();
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    TestStream stream = TestStream.open(channel, PATIENCE_MILLIS).send(register("orders/a"));
    assertThat(stream.registered().hasExpiresIn()).isTrue();
    assertThat(stream.send(heartbeat(1)).ack().hasExpiresIn()).isTrue();
    assertThat(health(channel)).isEqualTo(ServingStatus.SERVING);

    broken = thread;
    assertThat(failures.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).hasMessage(thread);
    assertThat(health(channel)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(stream.send(heartbeat(2)).ack().hasExpiresIn()).isFalse();
    server.close();
    assertThat(failures).isEmpty();
  }

  @Test
  void itsHealthWatchersHearOfIt() throws Exception {
    PulsewatchServer server = server();
    BlockingQueue<ServingStatus> told = new LinkedBlockingQueue<>();
    HealthGrpc.newStub(Sockets.channel(grpc, server.port()))
        .watch(HealthCheckRequest.getDefaultInstance(), new Told(told));
    assertThat(told.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo(ServingStatus.SERVING);
    broken = "pulsewatch-loop-0";
    assertThat(told.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
        .isEqualTo(ServingStatus.NOT_SERVING);
  }

  /** A clock that throws on the thread that is to break. */
  private PulsewatchServer server() throws Exception {
    Clocks clocks =
        new Clocks(
            System::nanoTime,
            () -> {
              String name = Thread.currentThread().getName();
              if (name.equals(broken)) {
                throw new IllegalStateException(name);
              }
              return System.currentTimeMillis();
            });
    return grpc.add(
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .ioThreads(1)
            .onFailure(failures::add)
            .start(clocks));
  }

  private static ServingStatus health(ManagedChannel channel) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private record Told(BlockingQueue<ServingStatus> values)
      implements StreamObserver<HealthCheckResponse> {
    @Override
    public void onNext(HealthCheckResponse response) {
      values.add(response.getStatus());
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
