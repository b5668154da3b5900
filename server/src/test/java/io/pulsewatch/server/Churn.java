package io.pulsewatch.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pulsewatch.server.transport.Requests;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.Status;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Instances that never rest: each registers, reports one status after the other, and leaves, is cut
 * off, or falls silent, and begins anew under the same name. Guarded by {@code this}.
 */
final class Churn implements AutoCloseable {
  private static final Status[] SAID = {
    Status.STATUS_SERVING, Status.STATUS_DEGRADED, Status.STATUS_NOT_SERVING
  };

  private final ManagedChannel channel;
  private final ScheduledExecutorService timer;
  private final RandomGenerator chance;
  private final String name;
  private final ScheduledFuture<?> steps;

  @GuardedBy("this")
  private @Nullable Life life;

  @GuardedBy("this")
  private boolean closed;

  Churn(
      ManagedChannel channel,
      ScheduledExecutorService timer,
      RandomGenerator chance,
      String name,
      long everyMillis) {
    this.channel = channel;
    this.timer = timer;
    this.chance = chance;
    this.name = name;
    this.steps =
        timer.scheduleWithFixedDelay(
            this::step, chance.nextLong(everyMillis), everyMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void close() {
    closed = true;
    steps.cancel(false);
  }

  private synchronized void step() {
    if (closed || timer.isShutdown()) {
      return;
    }
    Life now = life;
    if (now == null || now.over) {
      life = new Life();
      life.keep(HeartbeatServiceGrpc.newStub(channel).heartbeat(life));
    } else if (now.registered) {
      now.act(chance.nextInt(8));
    }
  }

  /** One registration. */
  private final class Life implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private @Nullable ClientCallStreamObserver<HeartbeatRequest> out;
    private volatile boolean registered;
    private volatile boolean over;
    private long sequence;

    void keep(Object observer) {
      if (observer != out) {
        throw new AssertionError("another observer");
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> requests) {
      out = requests;
      requests.setOnReadyHandler(this::register);
    }

    private void register() {
      if (sequence == 0 && out != null) {
        sequence = 1;
        out.onNext(
            HeartbeatRequest.newBuilder()
                .setRegister(Requests.register(name, 200, 600, 300))
                .build());
      }
    }

    void act(int what) {
      if (out == null) {
        return;
      }
      if (what == 0) {
        out.onNext(
            HeartbeatRequest.newBuilder().setLeave(Leave.newBuilder().setReason("done")).build());
        over = true;
      } else if (what == 1) {
        out.cancel("cut", null);
        over = true;
      } else if (what == 2) {
        over = true; // silent from now on, with its stream open
      } else {
        Status status = SAID[chance.nextInt(SAID.length)];
        out.onNext(
            HeartbeatRequest.newBuilder()
                .setHeartbeat(Requests.heartbeat(++sequence, status))
                .build());
      }
    }

    @Override
    public void onNext(HeartbeatResponse response) {
      registered |= response.hasRegistered();
    }

    @Override
    public void onError(Throwable error) {
      over = true;
    }

    @Override
    public void onCompleted() {
      over = true;
    }
  }
}
