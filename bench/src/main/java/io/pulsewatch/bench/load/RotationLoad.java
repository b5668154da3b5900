package io.pulsewatch.bench.load;

import com.google.protobuf.Duration;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.bench.Line;
import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthGrpc;
import io.pulsewatch.server.PulsewatchServer;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.Register;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TLS server whose certificate changes again and again under streams that beat. One process for
 * both sides: nothing is timed but the exchange. Arguments: a folder, connections, streams, changes
 * of certificate. Prints one line.
 */
public final class RotationLoad {
  private static final String HOST = "127.0.0.1";
  private static final int INTERVAL_SECONDS = 10;
  private static final int TIMEOUT_SECONDS = 120;
  private static final long LOOK_MILLIS = 20;
  private static final int PATIENCE_SECONDS = 60;

  private final AtomicInteger ended = new AtomicInteger();
  private final Semaphore answers = new Semaphore(0);
  private final List<StreamObserver<HeartbeatRequest>> streams = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();

  private RotationLoad() {}

  /** Runs it. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int connections = Integer.parseInt(args[1]);
    int count = Integer.parseInt(args[2]);
    int changes = Integer.parseInt(args[3]);
    SelfSigned[] pairs = {SelfSigned.make(folder, "first"), SelfSigned.make(folder, "second")};
    Path certificate = folder.resolve("certificate");
    Path key = folder.resolve("key");
    pairs[0].write(certificate, key);
    RotationLoad load = new RotationLoad();
    try (PulsewatchServer server =
        PulsewatchServer.builder().listen(HOST, 0).tls(certificate, key).start()) {
      ChannelCredentials both = trusting(pairs[0].certificate() + pairs[1].certificate());
      load.open(server.port(), both, connections, count);
      long slowest = 0;
      for (int i = 1; i <= changes; i++) {
        SelfSigned next = pairs[i % 2];
        long began = System.nanoTime();
        next.write(certificate, key);
        awaitShown(server.port(), trusting(next.certificate()));
        slowest = Math.max(slowest, System.nanoTime() - began);
        load.beatAll(i);
      }
      System.out.println(
          new Line()
              .with("streams", count)
              .with("changes", changes)
              .with("lost", load.ended.get())
              .with("slowest_millis", TimeUnit.NANOSECONDS.toMillis(slowest)));
      load.channels.forEach(ManagedChannel::shutdownNow);
    }
    System.exit(0);
  }

  private void open(int port, ChannelCredentials credentials, int connections, int count)
      throws InterruptedException {
    for (int i = 0; i < connections; i++) {
      channels.add(
          NettyChannelBuilder.forAddress(HOST, port, credentials).directExecutor().build());
    }
    for (int i = 0; i < count; i++) {
      StreamObserver<HeartbeatRequest> stream =
          HeartbeatServiceGrpc.newStub(channels.get(i % connections)).heartbeat(new Answers());
      stream.onNext(HeartbeatRequest.newBuilder().setRegister(register(i)).build());
      streams.add(stream);
    }
    awaitAnswers();
  }

  /** Each stream beats once, and is acked. */
  private void beatAll(long sequence) throws InterruptedException {
    HeartbeatRequest beat =
        HeartbeatRequest.newBuilder()
            .setHeartbeat(Heartbeat.newBuilder().setSequence(sequence))
            .build();
    streams.forEach(stream -> stream.onNext(beat));
    awaitAnswers();
  }

  private void awaitAnswers() throws InterruptedException {
    if (!answers.tryAcquire(streams.size(), PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          answers.availablePermits() + " answers of " + streams.size() + "; ended: " + ended);
    }
  }

  /** Until a fresh connection can be made by who trusts the new certificate alone. */
  private static void awaitShown(int port, ChannelCredentials credentials)
      throws InterruptedException {
    for (int tries = 0; !isShown(port, credentials); tries++) {
      if (tries > TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS) / LOOK_MILLIS) {
        throw new IllegalStateException("the new certificate is never shown");
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
  }

  private static boolean isShown(int port, ChannelCredentials credentials) {
    ManagedChannel channel = NettyChannelBuilder.forAddress(HOST, port, credentials).build();
    try {
      return HealthGrpc.newBlockingStub(channel)
          .check(HealthCheckRequest.getDefaultInstance())
          .isInitialized();
    } catch (StatusRuntimeException notYet) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  private static ChannelCredentials trusting(String certificates) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(new ByteArrayInputStream(certificates.getBytes(StandardCharsets.US_ASCII)))
        .build();
  }

  private static Register register(int number) {
    return Register.newBuilder()
        .setInstance(InstanceName.newBuilder().setService("rotation").setInstanceId("r-" + number))
        .setInterval(seconds(INTERVAL_SECONDS))
        .setTimeout(seconds(TIMEOUT_SECONDS))
        .build();
  }

  private static Duration seconds(int seconds) {
    return Duration.newBuilder().setSeconds(seconds).build();
  }

  /** One stream's answers, counted: registered, or the ack of a heartbeat that it sent. */
  private final class Answers implements StreamObserver<HeartbeatResponse> {
    private long acked;

    @Override
    public void onNext(HeartbeatResponse response) {
      if (response.hasRegistered()) {
        answers.release();
      } else if (response.getAck().getSequence() > acked) { // not the one that tells of a doubt
        acked = response.getAck().getSequence();
        answers.release();
      }
    }

    @Override
    public void onError(Throwable error) {
      ended.incrementAndGet();
    }

    @Override
    public void onCompleted() {
      ended.incrementAndGet();
    }
  }
}
