package io.pulsewatch.server.transport;

import io.grpc.stub.ServerCallStreamObserver;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.watch.Acknowledgements;
import io.pulsewatch.v1.LeaveMode;
import io.pulsewatch.v1.LeaveRequest;
import io.pulsewatch.v1.LeaveResponse;
import io.pulsewatch.v1.Unacknowledged;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One unary goodbye: committed by the kernel first, then waited for.
 *
 * <p>Made on the event loop of its call; from the kernel's answer on confined to the fan-out
 * thread, which writes the call.
 */
final class LeaveCall implements Answer.Caller {
  static final int MAX_NAMES = 16;
  private static final long MAX_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long USUAL_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ServerCallStreamObserver<LeaveResponse> response;
  private final LeaveDesk desk;
  private final SessionToken token;
  private final boolean drains;
  private final String reason;
  private final Set<String> names;
  private final long withinNanos;

  /** It counts among those who wait. */
  private final AtomicBoolean hasPlace = new AtomicBoolean();

  private Acknowledgements.@Nullable Wait wait;
  private boolean cancelled;

  /**
   * Creates the call.
   *
   * @throws io.grpc.StatusRuntimeException if the request is malformed
   */
  LeaveCall(
      LeaveRequest request, ServerCallStreamObserver<LeaveResponse> response, LeaveDesk desk) {
    this.response = response;
    this.desk = desk;
    SessionToken shown = SessionToken.parse(request.getSessionToken());
    if (shown == null) {
      throw Statuses.invalid("BAD_TOKEN", "session_token: not one of ours. See registered.");
    }
    this.token = shown;
    this.drains = drains(request);
    Names.checkBytes("reason", request.getReason(), Names.MAX_TEXT_BYTES);
    this.reason = request.getReason();
    this.names = names(request);
    this.withinNanos = within(request);
    response.setOnCancelHandler(() -> desk.fanout().execute(this::onCancelled));
  }

  boolean waits() {
    return !names.isEmpty();
  }

  Command command() {
    return new Command.Leave(this, token.key(), token.hashed(), drains, reason);
  }

  /** It has one until it gives it up. */
  void takePlace() {
    hasPlace.set(true);
  }

  /** Idempotent. */
  void giveUpPlace() {
    if (hasPlace.getAndSet(false)) {
      desk.onPlaceFree();
    }
  }

  @Override
  public void reply(Answer.Reply reply) {
    desk.fanout().execute(() -> onReply(reply));
  }

  private void onReply(Answer.Reply reply) {
    if (cancelled) {
      return;
    }
    if (reply instanceof Answer.Done done) {
      long revision = done.entry().revision();
      wait =
          desk.acknowledgements()
              .await(
                  revision, names, withinNanos, missing -> answer(revision, missing), this::onEnd);
    } else if (reply instanceof Answer.Refused refused) {
      giveUpPlace();
      response.onError(Statuses.of(refused));
    }
  }

  private void answer(long revision, List<Acknowledgements.Missing> missing) {
    giveUpPlace();
    LeaveResponse.Builder told = LeaveResponse.newBuilder().setRevision(revision);
    for (Acknowledgements.Missing each : missing) {
      told.addUnacknowledged(
          Unacknowledged.newBuilder()
              .setName(each.name())
              .setWatching(each.watching())
              .setRevision(each.revision()));
    }
    response.onNext(told.build());
    response.onCompleted();
  }

  /** The server stops before those who are waited for had their time. */
  private void onEnd() {
    giveUpPlace();
    response.onError(
        Statuses.of(
            io.grpc.Status.Code.UNAVAILABLE,
            "SHUTDOWN",
            "This server stops. What was said is kept where the ledger survives; who has"
                + " acknowledged it is not known. Leave once more when you are back.",
            LeaveDesk.RETRY_NANOS));
  }

  private void onCancelled() {
    cancelled = true;
    giveUpPlace();
    Acknowledgements.Wait waited = wait;
    if (waited != null) {
      desk.acknowledgements().forget(waited);
    }
  }

  private static boolean drains(LeaveRequest request) {
    return switch (request.getMode()) {
      case LEAVE_MODE_UNSPECIFIED, LEAVE_MODE_LEFT -> false;
      case LEAVE_MODE_DRAINING -> true;
      case UNRECOGNIZED ->
          throw Statuses.invalid(
              "BAD_MODE",
              "mode: "
                  + request.getModeValue()
                  + " (expected: "
                  + LeaveMode.LEAVE_MODE_LEFT
                  + " or "
                  + LeaveMode.LEAVE_MODE_DRAINING
                  + ")");
    };
  }

  private static Set<String> names(LeaveRequest request) {
    if (request.getWaitForCount() > MAX_NAMES) {
      throw Statuses.invalid(
          "TOO_MANY",
          "wait_for: "
              + request.getWaitForCount()
              + " names (expected: at most "
              + MAX_NAMES
              + ")");
    }
    request.getWaitForList().forEach(name -> Names.checkWatcher("wait_for", name));
    return Set.copyOf(request.getWaitForList());
  }

  private static long within(LeaveRequest request) {
    if (!request.hasWithin()) {
      return USUAL_WITHIN_NANOS;
    }
    long wish = Nanos.of(request.getWithin());
    if (wish < 0 || wish > MAX_WITHIN_NANOS) {
      throw Statuses.invalid(
          "BAD_WITHIN", "within: " + wish / 1e9 + "s (expected: 0s..5min; unset: 10s)");
    }
    return wish;
  }
}
