package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server with one event loop, and more heartbeats than that can read. */
@Tag("alone")
@Tag("once")
final class StretchIT {
  /** More connections than processors: while one refills its window, another one is read. */
  private static final int CONNECTIONS = 6;

  private static final int FLOODS = 4;
  private static final int LOOKS = 120;
  private static final Register.Builder QUIET = register("quiet/a", 2_000, 60_000, 60_000);

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path data;

  private PulsewatchServer start(boolean stretches) throws Exception {
    ServerBuilder builder =
        PulsewatchServer.builder().listen("127.0.0.1", 0).data(data).ioThreads(1);
    return grpc.add((stretches ? builder.withStretching() : builder).start());
  }

  /** Sends as much as the transport takes, whatever comes back. */
  private static final class Flood
      implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private static final HeartbeatRequest BEAT =
        HeartbeatRequest.newBuilder().setHeartbeat(heartbeat(0)).build();

    private final HeartbeatRequest first;
    private boolean registered;

    Flood(String name) {
      first = HeartbeatRequest.newBuilder().setRegister(register(name)).build();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> stream) {
      stream.setOnReadyHandler(
          () -> {
            if (!registered) {
              registered = true;
              stream.onNext(first);
            }
            while (stream.isReady()) {
              stream.onNext(BEAT);
            }
          });
    }

    @Override
    public void onNext(HeartbeatResponse response) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  private List<ManagedChannel> flood(PulsewatchServer server) {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      ManagedChannel channel = Sockets.channel(grpc, server.port());
      for (int n = 0; n < FLOODS; n++) {
        HeartbeatServiceGrpc.newStub(channel).heartbeat(new Flood("flood/" + i + "-" + n));
      }
      channels.add(channel);
    }
    return channels;
  }

  private static Ack stretchedAck(TestStream stream) throws InterruptedException {
    for (int i = 1; i <= LOOKS; i++) {
      Ack ack = stream.send(heartbeat(i)).ack();
      if (ack.hasStretch()) {
        return ack;
      }
      Thread.sleep(250);
    }
    throw new AssertionError("never stretched");
  }

  @Test
  void itAsksForMoreTimeAndKeepsItsWordOverARestart() throws Exception {
    PulsewatchServer server = start(true);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    TestStream quiet = TestStream.open(channel, Sockets.PATIENCE_MILLIS).send(QUIET);
    Registered granted = quiet.registered();
    assertThat(granted.getInterval()).isEqualTo(Requests.seconds(2));
    List<ManagedChannel> flooded = flood(server);
    Ack ack = stretchedAck(quiet);
    assertThat(ack.getStretch().getInterval()).isEqualTo(Requests.millis(2_500));
    assertThat(ack.getStretch().getTimeout()).isEqualTo(Requests.seconds(75));
    assertThat(Sockets.state(channel).getStretch()).isGreaterThanOrEqualTo(1.25);
    flooded.forEach(ManagedChannel::shutdownNow);
    server.close();

    PulsewatchServer next = start(true);
    ManagedChannel again = Sockets.channel(grpc, next.port());
    assertThat(Sockets.state(again).getStretch()).isGreaterThanOrEqualTo(1.25);
    TestStream back =
        TestStream.open(again, Sockets.PATIENCE_MILLIS)
            .send(QUIET.clone().setSessionToken(granted.getSessionToken()));
    Registered resumed = back.registered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getTimeout().getSeconds()).isGreaterThanOrEqualTo(75);
    next.close();

    PulsewatchServer last = start(false);
    ManagedChannel off = Sockets.channel(grpc, last.port());
    TestStream third =
        TestStream.open(off, Sockets.PATIENCE_MILLIS)
            .send(QUIET.clone().setSessionToken(granted.getSessionToken()));
    Registered unstretched = third.registered();
    assertThat(unstretched.getResumed()).isTrue();
    assertThat(unstretched.getTimeout()).isEqualTo(Requests.seconds(60));
  }
}
