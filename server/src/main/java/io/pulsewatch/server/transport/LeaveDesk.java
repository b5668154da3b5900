package io.pulsewatch.server.transport;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.watch.Acknowledgements;
import io.pulsewatch.v1.LeaveRequest;
import io.pulsewatch.v1.LeaveResponse;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes unary goodbyes, and bounds how many of them wait for watchers. Thread-safe. */
public final class LeaveDesk {
  static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Mailroom mailroom;
  private final Judging judging;
  private final Executor fanout;
  private final Acknowledgements acknowledgements;
  private final int mostWaiting;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * Creates one where nobody waits.
   *
   * @param fanout runs tasks on the thread of the acknowledgements, later and in order
   * @param mostWaiting goodbyes that name watchers, from their arrival to their answer
   */
  public LeaveDesk(
      Mailroom mailroom,
      Judging judging,
      Executor fanout,
      Acknowledgements acknowledgements,
      int mostWaiting) {
    this.mailroom = mailroom;
    this.judging = judging;
    this.fanout = fanout;
    this.acknowledgements = acknowledgements;
    this.mostWaiting = mostWaiting;
  }

  void leave(LeaveRequest request, StreamObserver<LeaveResponse> response) {
    try {
      LeaveCall call =
          new LeaveCall(request, (ServerCallStreamObserver<LeaveResponse>) response, this);
      if (!judging.goesOn()) {
        throw Statuses.of(
            Status.Code.UNAVAILABLE,
            "NOT_JUDGING",
            "This server judges nobody any more: it stops, or is broken. Leave by another one.",
            RETRY_NANOS);
      }
      takePlace(call);
      if (!mailroom.offer(call.command())) {
        call.giveUpPlace();
        throw Statuses.of(
            Status.Code.RESOURCE_EXHAUSTED,
            "LIMIT_COMMANDS",
            "Too many requests wait at this server. Try again, with jitter.",
            mailroom.awayNanos());
      }
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  private void takePlace(LeaveCall call) {
    if (!call.waits()) {
      return;
    }
    call.takePlace();
    if (waiting.incrementAndGet() > mostWaiting) {
      call.giveUpPlace();
      throw Statuses.of(
          Status.Code.RESOURCE_EXHAUSTED,
          "LIMIT_WAITING_LEAVES",
          "As many goodbyes wait for watchers as may. Leave without wait_for, or raise"
              + " max_waiting_leaves.",
          RETRY_NANOS);
    }
  }

  /** Goodbyes that wait for watchers; any thread. */
  int waiting() {
    return waiting.get();
  }

  void onPlaceFree() {
    waiting.decrementAndGet();
  }

  Executor fanout() {
    return fanout;
  }

  /** Confined to the thread of {@link #fanout}. */
  Acknowledgements acknowledgements() {
    return acknowledgements;
  }
}
