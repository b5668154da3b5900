package io.pulsewatch.cli;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A server on a socket that grants everything and keeps what it is sent. Thread-safe. */
final class HeartbeatRecorder extends HeartbeatServiceGrpc.HeartbeatServiceImplBase
    implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<HeartbeatRequest> requests = new LinkedBlockingQueue<>();
  private final Server server;

  HeartbeatRecorder() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Returns the next request like this. */
  HeartbeatRequest next(Predicate<HeartbeatRequest> wanted) throws InterruptedException {
    HeartbeatRequest request;
    do {
      request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (request == null) {
        throw new AssertionError("nothing like it was sent");
      }
    } while (!wanted.test(request));
    return request;
  }

  /** Returns the reason of the next leave. */
  String leaveReason() throws InterruptedException {
    return next(HeartbeatRequest::hasLeave).getLeave().getReason();
  }

  boolean heardNothing() {
    return requests.isEmpty();
  }

  @Override
  public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(HeartbeatRequest request) {
        requests.add(request);
        if (request.hasRegister()) {
          answers.onNext(HeartbeatResponse.newBuilder().setRegistered(grant()).build());
        } else if (request.hasHeartbeat()) {
          answers.onNext(
              HeartbeatResponse.newBuilder()
                  .setAck(
                      Ack.newBuilder()
                          .setSequence(request.getHeartbeat().getSequence())
                          .setSentMonotonicNanos(request.getHeartbeat().getSentMonotonicNanos())
                          .setExpiresIn(Spans.toProto(Duration.ofSeconds(5)))
                          .setState(State.STATE_ALIVE)
                          .setStatus(Status.STATUS_SERVING))
                  .build());
        }
      }

      @Override
      public void onError(Throwable lost) {}

      @Override
      public void onCompleted() {
        answers.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private static Registered grant() {
    return Registered.newBuilder()
        .setIncarnation(1)
        .setSessionToken("secret")
        .setInterval(Spans.toProto(Duration.ofMillis(500)))
        .setTimeout(Spans.toProto(Duration.ofSeconds(6)))
        .setResumeWindow(Spans.toProto(Duration.ofSeconds(5)))
        .setExpiresIn(Spans.toProto(Duration.ofSeconds(5)))
        .setServerId("recorder")
        .build();
  }
}
