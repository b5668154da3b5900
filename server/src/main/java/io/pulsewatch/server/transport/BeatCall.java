package io.pulsewatch.server.transport;

import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.Gap;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Heartbeat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One unary beat. Confined to the thread that writes its answer, but for {@link #reply}. */
final class BeatCall implements Answer.Caller {
  private final HeartbeatEndpoint endpoint;
  private final Executor replies;
  private final String network;
  private final StreamObserver<BeatResponse> response;
  private @Nullable SessionToken offered;
  private String tokenText = "";
  private long sentNanos;

  /**
   * Creates the call.
   *
   * @param replies runs tasks on the thread that writes the answer
   * @param network of the caller; empty where nobody knows
   */
  BeatCall(
      HeartbeatEndpoint endpoint,
      Executor replies,
      String network,
      StreamObserver<BeatResponse> response) {
    this.endpoint = endpoint;
    this.replies = replies;
    this.network = network;
    this.response = response;
  }

  void start(BeatRequest request) {
    checkHeartbeat(request.getHeartbeat());
    Names.checkBytes("leave.reason", request.getLeave().getReason(), Names.MAX_TEXT_BYTES);
    tokenText =
        request.getSessionToken().isEmpty()
            ? request.getRegister().getSessionToken()
            : request.getSessionToken();
    if (request.hasRegister() && !request.hasLeave()) {
      register(request);
    } else {
      renew(request);
    }
  }

  @Override
  public void reply(Answer.Reply reply) {
    replies.execute(() -> onReply(reply));
  }

  private void register(BeatRequest request) {
    InstanceKey key = Registrations.key(request.getRegister());
    if (request.getRegister().getRolesCount() > 0) {
      throw Statuses.invalid(
          "NO_STREAM",
          "roles: without a stream "
              + key
              + " cannot stand for a role, since anybody who uses its name would renew it. Use the"
              + " Heartbeat stream.");
    }
    SessionToken fresh = endpoint.freshToken(key);
    offered = fresh;
    Pulse pulse = endpoint.newBeatPulse();
    Command command =
        endpoint.command(
            request.getRegister(), tokenText, fresh, this, pulse, news(request), network);
    pulse.onProgress(request.getHeartbeat().getProgressMap());
    endpoint.offer(command);
  }

  private void renew(BeatRequest request) {
    SessionToken token = SessionToken.parse(tokenText);
    if (token == null) {
      throw Statuses.invalid(
          tokenText.isEmpty() ? "FIRST_NOT_REGISTER" : "BAD_TOKEN",
          tokenText.isEmpty()
              ? "Set register, or the session_token of an earlier answer."
              : "session_token: not one of ours. Register afresh, without it.");
    }
    endpoint.offer(
        new Command.Beat(
            this,
            token.key(),
            token.hashed(),
            news(request),
            request.getHeartbeat().getProgressMap()));
  }

  private News news(BeatRequest request) {
    Heartbeat heartbeat = request.getHeartbeat();
    sentNanos = heartbeat.getSentMonotonicNanos();
    Status status = Enums.status(heartbeat.getStatus());
    News news =
        new News(
            true,
            heartbeat.getSequence(),
            sentNanos,
            Gap.NONE,
            status,
            request.hasLeave()
                ? new News.Ending(News.End.LEFT, request.getLeave().getReason())
                : null);
    return news.holding(HeartbeatChecks.holdNanos(heartbeat))
        .releasing(HeartbeatChecks.released(heartbeat));
  }

  /** There is no stream to live on, so a fault refuses the call. */
  private static void checkHeartbeat(Heartbeat heartbeat) {
    List<String> faults = new ArrayList<>(0);
    HeartbeatChecks.check(
        heartbeat,
        (part, reason, field, description) ->
            faults.add(reason + "|" + field + ": " + description));
    if (!faults.isEmpty()) {
      String[] parts = faults.get(0).split("\\|", 2);
      throw Statuses.invalid(parts[0], parts[1]);
    }
  }

  private void onReply(Answer.Reply reply) {
    if (reply instanceof Answer.Granted granted) {
      SessionToken fresh = offered;
      String text =
          granted.tokenKept() || fresh == null
              ? tokenText
              : fresh.of(granted.entry().incarnation()).text();
      Answer.Heard heard =
          new Answer.Heard(
              granted.lastSequence(),
              sentNanos,
              granted.entry().state(),
              granted.entry().status(),
              granted.entry().times(),
              granted.stretchPercent(),
              granted.entry().hold().nanos());
      answer(
          BeatResponse.newBuilder()
              .setRegistered(endpoint.grants().registered(granted, text, List.of()))
              .setAck(ack(heard))
              .build());
    } else if (reply instanceof Answer.Heard heard) {
      answer(BeatResponse.newBuilder().setAck(ack(heard)).build());
    } else if (reply instanceof Answer.Refused refused) {
      response.onError(Statuses.of(refused));
    }
  }

  /** Nobody knows what earlier calls were told: each says it. */
  private Ack ack(Answer.Heard heard) {
    Ack ack = Grants.listing(endpoint.grants().ack(heard), heard.roles());
    return heard.stretchPercent() == Times.AS_GRANTED
        ? ack
        : Grants.stretched(ack, heard.granted().stretched(heard.stretchPercent()));
  }

  private void answer(BeatResponse message) {
    response.onNext(message);
    response.onCompleted();
  }
}
