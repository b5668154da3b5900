package io.pulsewatch.cli.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A relay between a client and a server of this test. Confined to the test's thread. */
final class RelayTest {
  private static final Metadata.Key<String> DETAIL =
      Metadata.Key.of("detail", Metadata.ASCII_STRING_MARSHALLER);

  private final ArrivalQueue queue = new ArrivalQueue();
  private final FakeHeartbeats behind = new FakeHeartbeats();
  private final Client client = new Client();
  private Server server;
  private Server relay;
  private ManagedChannel upstream;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    String serverName = InProcessServerBuilder.generateName();
    String relayName = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(serverName)
            .directExecutor()
            .addService(behind)
            .build()
            .start();
    upstream = InProcessChannelBuilder.forName(serverName).directExecutor().build();
    relay =
        InProcessServerBuilder.forName(relayName)
            .directExecutor()
            .fallbackHandlerRegistry(new Relay(upstream, source -> true, queue, () -> 77))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(relayName).directExecutor().build();
  }

  @AfterEach
  void stop() {
    List.of(channel, upstream).forEach(ManagedChannel::shutdownNow);
    List.of(relay, server).forEach(Server::shutdownNow);
  }

  @Test
  void messagesGoThroughAndAreRecorded() throws InterruptedException {
    StreamObserver<HeartbeatRequest> stream = open();
    stream.onNext(register());
    stream.onNext(heartbeat(3, 55));
    assertThat(behind.heard).containsExactly(register(), heartbeat(3, 55));
    assertThat(client.heard)
        .extracting(answer -> answer.getAck().getSequence())
        .containsExactly(3L);
    Arrival arrival = queue.take(0);
    assertThat(arrival)
        .extracting("sequence", "sentNanos", "receivedNanos")
        .containsExactly(3L, 55L, 77L);
  }

  @Test
  void aGoodEndIsAGoodEnd() {
    StreamObserver<HeartbeatRequest> stream = open();
    stream.onNext(register());
    stream.onCompleted();
    assertThat(behind.halfClosed).isTrue();
    assertThat(client.completed).isTrue();
  }

  @Test
  void aLostClientIsLostForTheServerAtOnce() {
    StreamObserver<HeartbeatRequest> stream = open();
    stream.onNext(register());
    stream.onError(Status.CANCELLED.asRuntimeException());
    assertThat(behind.cancelled).isTrue();
  }

  @Test
  void whatTheServerSaysInTheEndIsSaidInFull() {
    StreamObserver<HeartbeatRequest> stream = open();
    stream.onNext(register());
    Metadata trailers = new Metadata();
    trailers.put(DETAIL, "why");
    behind.answers().onError(Status.ABORTED.withDescription("superseded").asException(trailers));
    assertThat(client.failure)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> {
              assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.ABORTED);
              assertThat(failure.getStatus().getDescription()).isEqualTo("superseded");
              assertThat(failure.getTrailers())
                  .satisfies(told -> assertThat(told.get(DETAIL)).isEqualTo("why"));
            });
  }

  @Test
  void aServerThatDoesNotReadIsNotPiledUpFor() {
    behind.reads = false;
    ClientCallStreamObserver<HeartbeatRequest> stream = open();
    int sent = 0;
    while (stream.isReady() && sent < 1_000) {
      stream.onNext(heartbeat(++sent, 1));
    }
    assertThat(sent).isLessThan(1_000);
    behind.answers().request(1_000);
    assertThat(behind.heard).hasSize(sent);
    assertThat(stream.isReady()).isTrue();
  }

  @Test
  void whatTheServerDoesNotKnowItDoesNotKnowHere() {
    assertThatThrownBy(
            () ->
                HeartbeatServiceGrpc.newBlockingStub(channel)
                    .beat(BeatRequest.getDefaultInstance()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  private ClientCallStreamObserver<HeartbeatRequest> open() {
    return (ClientCallStreamObserver<HeartbeatRequest>)
        HeartbeatServiceGrpc.newStub(channel).heartbeat(client);
  }

  private static HeartbeatRequest register() {
    return HeartbeatRequest.newBuilder()
        .setRegister(
            Register.newBuilder()
                .setInstance(InstanceName.newBuilder().setService("s").setInstanceId("i")))
        .build();
  }

  private static HeartbeatRequest heartbeat(long sequence, long sentNanos) {
    return HeartbeatRequest.newBuilder()
        .setHeartbeat(Heartbeat.newBuilder().setSequence(sequence).setSentMonotonicNanos(sentNanos))
        .build();
  }

  /** Acks each heartbeat, and remembers everything. */
  private static final class FakeHeartbeats extends HeartbeatServiceGrpc.HeartbeatServiceImplBase {
    private final List<HeartbeatRequest> heard = new ArrayList<>();
    private boolean reads = true;
    private boolean halfClosed;
    private boolean cancelled;
    private @Nullable ServerCallStreamObserver<HeartbeatResponse> answers;

    ServerCallStreamObserver<HeartbeatResponse> answers() {
      if (answers == null) {
        throw new AssertionError("no stream came");
      }
      return answers;
    }

    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> observer) {
      ServerCallStreamObserver<HeartbeatResponse> call =
          (ServerCallStreamObserver<HeartbeatResponse>) observer;
      answers = call;
      if (!reads) {
        call.disableAutoRequest();
      }
      call.setOnCancelHandler(() -> cancelled = true);
      return new StreamObserver<>() {
        @Override
        public void onNext(HeartbeatRequest request) {
          heard.add(request);
          if (request.hasHeartbeat() && reads) {
            call.onNext(
                HeartbeatResponse.newBuilder()
                    .setAck(Ack.newBuilder().setSequence(request.getHeartbeat().getSequence()))
                    .build());
          }
        }

        @Override
        public void onError(Throwable failure) {
          cancelled = true;
        }

        @Override
        public void onCompleted() {
          halfClosed = true;
          call.onCompleted();
        }
      };
    }
  }

  /** Remembers what it is told. */
  private static final class Client
      implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private final List<HeartbeatResponse> heard = new ArrayList<>();
    private boolean completed;
    private @Nullable Throwable failure;

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> stream) {}

    @Override
    public void onNext(HeartbeatResponse answer) {
      heard.add(answer);
    }

    @Override
    public void onError(Throwable t) {
      failure = t;
    }

    @Override
    public void onCompleted() {
      completed = true;
    }
  }
}
