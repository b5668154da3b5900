package io.pulsewatch.server;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pulsewatch.server.runtime.Clocks;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Detector;
import io.pulsewatch.v1.FixedDetector;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server with one event loop, and more heartbeats than that can read: promised ones, or not. */
@Tag("alone")
@Tag("once")
final class StretchIT {
  /** More connections than processors: while one refills its window, another one is read. */
  private static final int CONNECTIONS = 6;

  private static final int FLOODS = 4;

  /** Who has promised ten a second, and is silent: together more than slow floods bring. */
  private static final int PROMISES = 4_500;

  /** What these promise is enough to count, and little of what quick floods bring. */
  private static final int FEW_PROMISES = 2_000;

  private static final double FLOOD = 20_000;

  private static final int LOOKS = 120;

  /** Eight seconds: whole looks are one each second, and three in a row make a step. */
  private static final int CALM_LOOKS = 32;

  private static final int LOOK_MILLIS = 250;
  private static final long HEARTBEAT_NANOS = 20_000;
  private static final Register.Builder QUIET = register("quiet/a", 2_000, 60_000, 60_000);

  private static final Pattern READ =
      Pattern.compile("pulsewatch_heartbeats_total\\{via=\"stream\"\\} (\\S+)");

  private static final Detector PATIENT =
      Detector.newBuilder()
          .setFixed(FixedDetector.newBuilder().setAfter(Requests.seconds(40)))
          .build();

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  @TempDir private Path data;

  private PulsewatchServer start(boolean stretches, LongSupplier nanoTicker) throws Exception {
    ServerBuilder builder =
        PulsewatchServer.builder()
            .listen("127.0.0.1", 0)
            .web("127.0.0.1", 0)
            .data(data)
            .ioThreads(1);
    return grpc.add(
        (stretches ? builder : builder.withoutStretching())
            .start(new Clocks(nanoTicker, System::currentTimeMillis)));
  }

  /** On a slow machine each heartbeat takes an event loop so long, and there are fewer of them. */
  private static long slowNanos() {
    long until = System.nanoTime() + HEARTBEAT_NANOS;
    while (Thread.currentThread().getName().startsWith("pulsewatch-io-")
        && System.nanoTime() - until < 0) {
      Thread.onSpinWait();
    }
    return System.nanoTime();
  }

  /** Registers, and may then send as much as the transport takes, whatever comes back. */
  private static final class Sender
      implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private static final HeartbeatRequest BEAT =
        HeartbeatRequest.newBuilder().setHeartbeat(heartbeat(0)).build();

    private final HeartbeatRequest first;
    private final boolean floods;
    private final CountDownLatch answered;
    private boolean registered;

    Sender(Register.Builder register, boolean floods, CountDownLatch answered) {
      this.first = HeartbeatRequest.newBuilder().setRegister(register).build();
      this.floods = floods;
      this.answered = answered;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> stream) {
      stream.setOnReadyHandler(
          () -> {
            if (!registered) {
              registered = true;
              stream.onNext(first);
            }
            while (floods && stream.isReady()) {
              stream.onNext(BEAT);
            }
          });
    }

    @Override
    public void onNext(HeartbeatResponse response) {
      answered.countDown();
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }

  private static List<ManagedChannel> connect(GrpcExtension grpc, PulsewatchServer server) {
    List<ManagedChannel> channels = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      channels.add(Sockets.channel(grpc, server.port()));
    }
    return channels;
  }

  private static void open(List<ManagedChannel> over, int count, String name, boolean floods)
      throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      Register.Builder register =
          register(name + i, floods ? 2_000 : 100, 60_000, 60_000).setDetector(PATIENT);
      HeartbeatServiceGrpc.newStub(over.get(i % over.size()))
          .heartbeat(new Sender(register, floods, answered));
    }
    assertThat(answered.await(Sockets.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
  }

  private static double heartbeats(PulsewatchServer server) throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + server.webPort() + "/metrics");
    String read =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
            .body();
    Matcher found = READ.matcher(read);
    assertThat(found.find()).isTrue();
    return Double.parseDouble(found.group(1));
  }

  private static Ack stretchedAck(TestStream stream) throws InterruptedException {
    for (int i = 1; i <= LOOKS; i++) {
      Ack ack = stream.send(heartbeat(i)).ack();
      if (ack.hasStretch()) {
        return ack;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    throw new AssertionError("never stretched");
  }

  /** As busy as in the other test, but not with what anybody promised. */
  @Test
  void sendersInATightLoopStretchNobody() throws Exception {
    PulsewatchServer server = start(true, System::nanoTime);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    TestStream quiet = TestStream.open(channel, Sockets.PATIENCE_MILLIS).send(QUIET);
    quiet.registered();
    List<ManagedChannel> flooded = connect(grpc, server);
    open(flooded, FEW_PROMISES, "promise/", false);
    open(flooded, FLOODS * CONNECTIONS, "flood/", true);
    long began = System.nanoTime();
    double readBefore = heartbeats(server);
    for (int i = 1; i <= CALM_LOOKS; i++) {
      assertThat(quiet.send(heartbeat(i)).ack().hasStretch()).isFalse();
      Thread.sleep(LOOK_MILLIS);
    }
    double perSecond = (heartbeats(server) - readBefore) * 1e9 / (System.nanoTime() - began);
    assertThat(perSecond).isGreaterThan(FLOOD);
    assertThat(Sockets.state(channel).getStretch()).isEqualTo(1);
    flooded.forEach(ManagedChannel::shutdownNow);
  }

  @Test
  void itAsksForMoreTimeAndKeepsItsWordOverARestart() throws Exception {
    PulsewatchServer server = start(true, StretchIT::slowNanos);
    ManagedChannel channel = Sockets.channel(grpc, server.port());
    TestStream quiet = TestStream.open(channel, Sockets.PATIENCE_MILLIS).send(QUIET);
    Registered granted = quiet.registered();
    assertThat(granted.getInterval()).isEqualTo(Requests.seconds(2));
    List<ManagedChannel> flooded = connect(grpc, server);
    open(flooded, PROMISES, "promise/", false);
    open(flooded, FLOODS * CONNECTIONS, "flood/", true);
    Ack ack = stretchedAck(quiet);
    long interval = Durations.toMillis(ack.getStretch().getInterval());
    assertThat(interval).as("it depends on the machine by how much").isIn(2_500L, 3_000L, 4_000L);
    assertThat(ack.getStretch().getTimeout()).isEqualTo(Requests.millis(30 * interval));
    assertThat(Sockets.state(channel).getStretch()).isGreaterThanOrEqualTo(1.25);
    flooded.forEach(ManagedChannel::shutdownNow);
    server.close();

    PulsewatchServer next = start(true, StretchIT::slowNanos);
    ManagedChannel again = Sockets.channel(grpc, next.port());
    assertThat(Sockets.state(again).getStretch()).isGreaterThanOrEqualTo(1.25);
    TestStream back =
        TestStream.open(again, Sockets.PATIENCE_MILLIS)
            .send(QUIET.clone().setSessionToken(granted.getSessionToken()));
    Registered resumed = back.registered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getTimeout().getSeconds()).isGreaterThanOrEqualTo(75);
    next.close();

    PulsewatchServer last = start(false, System::nanoTime);
    ManagedChannel off = Sockets.channel(grpc, last.port());
    TestStream third =
        TestStream.open(off, Sockets.PATIENCE_MILLIS)
            .send(QUIET.clone().setSessionToken(granted.getSessionToken()));
    Registered unstretched = third.registered();
    assertThat(unstretched.getResumed()).isTrue();
    assertThat(unstretched.getTimeout()).isEqualTo(Requests.seconds(60));
  }
}
