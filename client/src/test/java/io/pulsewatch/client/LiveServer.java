package io.pulsewatch.client;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server on a loopback socket that grants and acks, always for the same incarnation. Thread-safe.
 */
final class LiveServer implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofMillis(100);
  static final Duration ALLOWANCE = Duration.ofSeconds(4);
  private static final long WAIT_SECONDS = 20;

  private final BlockingQueue<Register> registers = new LinkedBlockingQueue<>();
  private final BlockingQueue<Heartbeat> heartbeats = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> leaves = new LinkedBlockingQueue<>();
  private final Server server;

  LiveServer() throws IOException {
    this(0);
  }

  LiveServer(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(new Heartbeats())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  /** Waits for the next one. */
  Register awaitRegister() throws InterruptedException {
    return next(registers);
  }

  /** Waits for the next one. */
  Heartbeat awaitHeartbeat() throws InterruptedException {
    return next(heartbeats);
  }

  /** Waits for the next one. */
  String awaitLeave() throws InterruptedException {
    return next(leaves);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T next = queue.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing came");
    }
    return next;
  }

  /** Goes away as a process that is killed: its sockets are closed. */
  void stop() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    stop();
  }

  private final class Heartbeats extends HeartbeatServiceGrpc.HeartbeatServiceImplBase {
    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(HeartbeatRequest request) {
          if (request.hasRegister()) {
            registers.add(request.getRegister());
            responses.onNext(granted());
          } else if (request.hasLeave()) {
            leaves.add(request.getLeave().getReason());
          } else {
            heartbeats.add(request.getHeartbeat());
            responses.onNext(ack(request.getHeartbeat()));
          }
        }

        @Override
        public void onError(Throwable cut) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }
  }

  private static HeartbeatResponse granted() {
    return HeartbeatResponse.newBuilder()
        .setRegistered(
            Registered.newBuilder()
                .setIncarnation(7)
                .setSessionToken("token")
                .setInterval(Durations.toProto(INTERVAL))
                .setTimeout(Durations.toProto(ALLOWANCE))
                .setResumeWindow(Durations.toProto(ALLOWANCE))
                .setExpiresIn(Durations.toProto(ALLOWANCE.minusMillis(250))))
        .build();
  }

  private static HeartbeatResponse ack(Heartbeat heartbeat) {
    return HeartbeatResponse.newBuilder()
        .setAck(
            Ack.newBuilder()
                .setSequence(heartbeat.getSequence())
                .setSentMonotonicNanos(heartbeat.getSentMonotonicNanos())
                .setExpiresIn(Durations.toProto(ALLOWANCE.minusMillis(250))))
        .build();
  }
}
