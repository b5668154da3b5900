package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.ListServicesRequest;
import io.pulsewatch.v1.RegistryServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What event loops read is counted, whoever answers it, on a real socket. */
final class WorkMeterIT {
  private static final int MESSAGES = 5;

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final CountDownLatch heard = new CountDownLatch(MESSAGES);

  private final class Answers extends HeartbeatServiceGrpc.HeartbeatServiceImplBase {
    @Override
    public void beat(BeatRequest request, StreamObserver<BeatResponse> response) {
      response.onNext(BeatResponse.getDefaultInstance());
      response.onCompleted();
    }

    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> response) {
      return new StreamObserver<>() {
        @Override
        public void onNext(HeartbeatRequest request) {
          heard.countDown();
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  @Test
  void eachCallAndEachMessageIsCounted() throws Exception {
    try (IoLoops loops =
        new IoLoops(IoBackend.best(), 1, new Threads("io"), System::nanoTime, true)) {
      NettyServerBuilder builder =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .directExecutor();
      loops.install(builder);
      Server server = grpc.add(builder.addService(new Answers()).build().start());
      ManagedChannel channel =
          grpc.add(
              NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build());
      LoadMeter.Worker worker = loops.workers().get(0);
      HeartbeatServiceGrpc.newBlockingStub(channel).beat(BeatRequest.getDefaultInstance());
      long unary = WorkMeter.HEARTBEATS_OF_A_CALL + 1;
      assertThat(worker.work()).isEqualTo(unary);
      StreamObserver<HeartbeatRequest> stream =
          HeartbeatServiceGrpc.newStub(channel).heartbeat(new Nobody());
      for (int i = 0; i < MESSAGES; i++) {
        stream.onNext(HeartbeatRequest.getDefaultInstance());
      }
      assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
      long streamed = WorkMeter.HEARTBEATS_OF_A_CALL + MESSAGES;
      assertThat(worker.work()).isEqualTo(unary + streamed);
      assertThatThrownBy(
              () ->
                  RegistryServiceGrpc.newBlockingStub(channel)
                      .listServices(ListServicesRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThat(worker.work())
          .as("refused")
          .isGreaterThanOrEqualTo(unary + streamed + WorkMeter.HEARTBEATS_OF_A_CALL);
      assertThat(worker.heartbeats()).as("nobody of ours heard one").isZero();
      channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
      server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS); // before its event loops end
    }
  }

  private static final class Nobody implements StreamObserver<HeartbeatResponse> {
    @Override
    public void onNext(HeartbeatResponse response) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
