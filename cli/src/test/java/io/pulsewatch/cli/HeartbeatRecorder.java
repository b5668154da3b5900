package io.pulsewatch.cli;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Role;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A server on a socket that grants everything and keeps what it is sent. Thread-safe. */
final class HeartbeatRecorder extends HeartbeatServiceGrpc.HeartbeatServiceImplBase
    implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final BlockingQueue<HeartbeatRequest> requests = new LinkedBlockingQueue<>();
  private final Server server;
  private volatile List<Role> roles = List.of();
  private volatile Duration fence = Duration.ofSeconds(5);
  private volatile boolean silent;
  private volatile @Nullable StreamObserver<HeartbeatResponse> newest;

  HeartbeatRecorder() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .build()
            .start();
  }

  /** Whoever is registered holds these from now on, and is told so. */
  synchronized void holds(Role... held) {
    roles = List.of(held);
    StreamObserver<HeartbeatResponse> open = newest;
    if (open != null) {
      send(
          open, HeartbeatResponse.newBuilder().setAck(Ack.newBuilder().addAllRoles(roles)).build());
    }
  }

  static Role role(String name, long token) {
    return Role.newBuilder().setName(name).setToken(token).build();
  }

  /** What later answers say of the fence. */
  HeartbeatRecorder fence(Duration fence) {
    this.fence = fence;
    return this;
  }

  /** Nothing is answered any more, or again. */
  void silent(boolean silent) {
    this.silent = silent;
  }

  /**
   * Under one lock with what it tells: no answer lists what was held before another one was sent.
   */
  private static void send(StreamObserver<HeartbeatResponse> answers, HeartbeatResponse answer) {
    answers.onNext(answer);
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
        synchronized (HeartbeatRecorder.this) {
          answer(request);
        }
      }

      private void answer(HeartbeatRequest request) {
        if (request.hasRegister() && !silent) {
          newest = answers;
          send(answers, HeartbeatResponse.newBuilder().setRegistered(grant()).build());
        } else if (request.hasHeartbeat() && !silent) {
          send(
              answers,
              HeartbeatResponse.newBuilder()
                  .setAck(
                      Ack.newBuilder()
                          .setSequence(request.getHeartbeat().getSequence())
                          .setSentMonotonicNanos(request.getHeartbeat().getSentMonotonicNanos())
                          .setExpiresIn(Spans.toProto(fence))
                          .addAllRoles(roles)
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

  private Registered grant() {
    return Registered.newBuilder()
        .setIncarnation(1)
        .setSessionToken("secret")
        .setInterval(Spans.toProto(Duration.ofMillis(500)))
        .setTimeout(Spans.toProto(Duration.ofSeconds(6)))
        .setResumeWindow(Spans.toProto(Duration.ofSeconds(5)))
        .setExpiresIn(Spans.toProto(fence))
        .addAllRoles(roles)
        .setServerId("recorder")
        .build();
  }
}
