package io.pulsewatch.server.transport;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.Evidence;
import io.pulsewatch.server.liveness.HeldRole;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.Released;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.Register;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One Heartbeat call: reads its messages into the pulse, and writes acks.
 *
 * <p>A heartbeat that brings no news is acked here, on the event loop that read it. Everything else
 * goes to the liveness loop, whose replies come back to this event loop: it is the only one that
 * writes the call. Until the registration is committed nothing more is read, so what a client sends
 * behind its register waits in the transport.
 *
 * <p>Confined to its event loop, but for {@link #reply}.
 */
final class HeartbeatStream extends Acks
    implements StreamObserver<HeartbeatRequest>, Answer.Caller {
  /** What may wait in the transport for a client that does not read. */
  private static final int UNREAD_ACK_BYTES = 2 * 1024;

  private final HeartbeatEndpoint endpoint;
  private final StreamLoop loop;
  private final Pulse pulse;
  private final StreamPass pass;
  private StreamPhase phase = StreamPhase.NEW;
  private @Nullable SessionToken offered;
  private String tokenText = "";
  private String network;

  /** What the client is asked; null until it is asked anything. */
  private @Nullable Questions questions;

  private boolean probesOthers;

  /** Over a limit: what its first message will be answered; null for all others. */
  private @Nullable StatusRuntimeException turnedAway;

  HeartbeatStream(
      ServerCallStreamObserver<HeartbeatResponse> out,
      HeartbeatEndpoint endpoint,
      StreamLoop loop,
      String network) {
    super(out, endpoint.grants());
    this.network = network;
    this.endpoint = endpoint;
    this.loop = loop;
    this.pulse = endpoint.newPulse(loop.reader());
    this.pass = new StreamPass(endpoint.authenticator(), Right.BEAT, loop, this::onPassEnded);
    out.disableAutoRequest();
    out.setOnReadyThreshold(UNREAD_ACK_BYTES);
    out.setOnCancelHandler(() -> onLost("cancelled"));
    out.setOnReadyHandler(this::sendOwed);
    out.request(1);
  }

  /** Lives on these credentials. Its event loop only. */
  void begin(Access.Pass shown) {
    pass.follow(shown);
  }

  @Override
  public void onNext(HeartbeatRequest request) {
    if (phase == StreamPhase.CLOSED || phase == StreamPhase.LEAVING) {
      return;
    }
    if (phase == StreamPhase.NEW && !request.hasRegister()) {
      fail(Statuses.invalid("FIRST_NOT_REGISTER", "Send register first, then all else."));
      return;
    }
    Drain drain = phase == StreamPhase.NEW ? endpoint.drain() : null;
    StatusRuntimeException away = drain == null ? turnedAway : drain.refusal();
    if (away != null) {
      StatusRuntimeException why = putOff(request.getRegister(), away);
      if (drain != null && why.equals(away)) { // who drains knows where else to go
        send(HeartbeatResponse.newBuilder().setGoodbye(drain.goodbyeAtTheDoor()).build());
      }
      fail(why);
      return;
    }
    switch (request.getMessageCase()) {
      case HEARTBEAT -> onHeartbeat(request.getHeartbeat());
      case REGISTER -> onRegister(request.getRegister());
      case LEAVE -> onLeave(request.getLeave().getReason());
      case REAUTH -> onReauth(request.getReauth().getToken());
      case PROBE_RESULT -> onProbeResult(request.getProbeResult());
      case MESSAGE_NOT_SET -> reject("EMPTY", "message", "Set one of register, heartbeat, leave.");
    }
  }

  @Override
  public void onError(Throwable error) {
    onLost(Statuses.loss(error));
  }

  @Override
  public void onCompleted() {
    if (phase == StreamPhase.NEW) {
      fail(Statuses.invalid("FIRST_NOT_REGISTER", "The stream ended before a register."));
    } else if (phase != StreamPhase.CLOSED && phase != StreamPhase.LEAVING) {
      enter(StreamPhase.LEAVING);
      post(pulse.onEnd(new News.Ending(News.End.CLOSED, "")));
    }
  }

  /** From the liveness loop; any thread. */
  @Override
  public void reply(Answer.Reply reply) {
    loop.execute(() -> onReply(reply));
  }

  /** We end this stream; the client is asked to come back. Any thread. */
  void sayGoodbye(Goodbye goodbye, StatusRuntimeException status) {
    loop.execute(
        () -> {
          if (phase != StreamPhase.CLOSED) {
            Goodbye mine = within(goodbye);
            send(HeartbeatResponse.newBuilder().setGoodbye(mine).build());
            sendAway(Nanos.of(mine.getReconnectAfter()) + Nanos.of(mine.getSpread()));
            fail(status);
          }
        });
  }

  /** The kernel hears that we end it, and how long we asked it to wait. */
  private void sendAway(long waitNanos) {
    if (phase == StreamPhase.REGISTERING || phase == StreamPhase.OPEN) {
      post(pulse.onEnd(new News.Ending(News.End.LOST, "sent away", Math.max(1, waitNanos))));
    }
  }

  /** Over a limit: it is refused when it has said who it is. Its event loop only. */
  void turnAway(StatusRuntimeException status) {
    turnedAway = status;
  }

  /** It was turned away and has not said who it is in time. Any thread. */
  void stopWaiting() {
    loop.execute(
        () -> {
          StatusRuntimeException away = turnedAway;
          if (phase == StreamPhase.NEW && away != null) {
            fail(away);
          }
        });
  }

  /** Refused before it began. Its event loop only. */
  void refuse(StatusRuntimeException status) {
    fail(status);
  }

  private void onRegister(Register register) {
    if (phase != StreamPhase.NEW) {
      reject("SECOND_REGISTER", "register", "A stream registers once. Open another stream.");
      return;
    }
    try {
      SessionToken fresh = endpoint.freshToken(Registrations.key(register));
      offered = fresh;
      tokenText = register.getSessionToken();
      probesOthers = register.getProbesOthers() && endpoint.asking().isOn();
      endpoint.offer(endpoint.command(register, tokenText, fresh, this, pulse, null, network));
      enter(StreamPhase.REGISTERING);
    } catch (StatusRuntimeException e) {
      fail(e);
    }
  }

  /** Returns what to refuse it with. */
  private StatusRuntimeException putOff(Register register, StatusRuntimeException away) {
    try {
      SessionToken fresh = endpoint.freshToken(Registrations.key(register));
      endpoint.putOff(
          endpoint.command(
              register, register.getSessionToken(), fresh, this, pulse, null, network));
      return away;
    } catch (StatusRuntimeException malformed) {
      return malformed;
    }
  }

  private void onHeartbeat(Heartbeat heartbeat) {
    loop.countHeartbeat();
    io.pulsewatch.v1.Status said = heartbeat.getStatus();
    if (heartbeat.getProgressCount() > 0 && !HeartbeatChecks.hasTooMuchProgress(heartbeat)) {
      pulse.onProgress(heartbeat.getProgressMap());
    }
    Pulse.Outcome outcome =
        pulse.onHeartbeat(
            heartbeat.getSequence(),
            heartbeat.getSentMonotonicNanos(),
            heartbeat.hasLate() ? Math.max(0, Nanos.of(heartbeat.getLate())) : Evidence.UNKNOWN,
            Enums.status(said),
            HeartbeatChecks.holdNanos(heartbeat),
            endpoint.nowNanos());
    HeartbeatChecks.check(heartbeat, this::rejectPart);
    Released released = HeartbeatChecks.released(heartbeat);
    if (released != null) {
      post(pulse.onReleased(released));
    }
    follow(endpoint.grants().stretchPercent());
    if (outcome == Pulse.Outcome.ACK) {
      ack(pulse.lastSequence(), heartbeat.getSentMonotonicNanos());
    } else {
      post(outcome);
    }
  }

  private void onProbeResult(ProbeResult result) {
    Questions asked = questions;
    Questions.Outcome outcome = asked == null ? Questions.Outcome.UNKNOWN : asked.onResult(result);
    switch (outcome) {
      case TAKEN -> {}
      case UNKNOWN ->
          reject("UNKNOWN_PROBE", "probe_result.probe_id", "No open probe_request has this id.");
      case BAD ->
          reject("BAD_OUTCOME", "probe_result.outcome", "Say what was found at the endpoint.");
    }
  }

  /** Silent where it is good; the stream lives on with the old token where it is not. */
  private void onReauth(String token) {
    Access.Denied denied = pass.replace(token);
    if (denied != null) {
      reject(denied.reason().name(), "reauth.token", denied.description());
    }
  }

  /** We end it, so it is owed its timeout; that it may be alive is said by the cause. */
  private void onPassEnded(Access.Denied denied) {
    if (phase == StreamPhase.REGISTERING || phase == StreamPhase.OPEN) {
      post(pulse.onEnd(new News.Ending(News.End.EXPIRED, denied.reason().name())));
    }
    if (phase != StreamPhase.CLOSED) {
      fail(Statuses.of(denied));
    }
  }

  private void onLeave(String reason) {
    boolean tooLong = HeartbeatChecks.isTooLong(reason);
    if (tooLong) {
      reject("TOO_LONG", "leave.reason", "At most 1024 bytes; the reason was dropped.");
    }
    enter(StreamPhase.LEAVING);
    post(pulse.onEnd(new News.Ending(News.End.LEFT, tooLong ? "" : reason)));
  }

  private void onLost(String error) {
    if (phase == StreamPhase.NEW) {
      close();
    } else if (phase != StreamPhase.CLOSED) {
      close();
      post(pulse.onEnd(new News.Ending(News.End.LOST, error)));
    }
  }

  private void onReply(Answer.Reply reply) {
    if (phase == StreamPhase.CLOSED) {
      return;
    }
    if (reply instanceof Answer.Granted granted) {
      onGranted(granted);
    } else if (reply instanceof Answer.Heard heard) {
      follow(heard.stretchPercent());
      ack(heard);
    } else if (reply instanceof Answer.Told told) {
      ack(told);
    } else if (reply instanceof Answer.Asked asked && endpoint.asking().isOn()) {
      questions(asked.suspicion().key()).askItself(asked.suspicion(), asked.withinNanos());
    } else if (reply instanceof Answer.Refused refused) {
      fail(Statuses.of(refused));
    } else if (reply instanceof Answer.Farewell) {
      close();
      out.onCompleted();
    }
  }

  /**
   * All are judged by longer times. Its silences are expected to be longer before it is told.
   * Nothing goes back on this stream.
   */
  private void follow(int percent) {
    if (isToldLessThan(percent) && phase == StreamPhase.OPEN) {
      long before = due();
      stretch(percent);
      pulse.grant(granted(), percent);
      loop.countDue(due() - before, 0);
    }
  }

  private void onGranted(Answer.Granted grant) {
    grant(grant);
    SessionToken fresh = offered;
    if (!grant.tokenKept() && fresh != null) {
      tokenText = fresh.of(grant.entry().incarnation()).text();
    }
    send(
        HeartbeatResponse.newBuilder()
            .setRegistered(endpoint.grants().registered(grant, tokenText, pulse.roles()))
            .build());
    offered = null;
    tokenText = "";
    network = "";
    if (phase == StreamPhase.REGISTERING) {
      enter(StreamPhase.OPEN);
      if (probesOthers) {
        endpoint.asking().onPeer(questions(grant.entry().key()));
      }
    }
    // Read on without limit: a heartbeat leaves nothing behind.
    out.request(Integer.MAX_VALUE);
  }

  /** Sends it if the client reads and the session lives; its event loop only. */
  boolean sendIfReady(HeartbeatResponse response) {
    boolean ready = phase == StreamPhase.OPEN && out.isReady();
    if (ready) {
      send(response);
    }
    return ready;
  }

  private Questions questions(InstanceKey key) {
    Questions asked = questions;
    if (asked == null) {
      asked = new Questions(this, endpoint, loop, pulse, key);
      questions = asked;
    }
    return asked;
  }

  private void rejectPart(Heartbeat heartbeat, String reason, String field, String description) {
    long said = heartbeat.getSequence();
    reject(said == 0 ? pulse.lastSequence() : said, reason, field, description);
  }

  /** A message that is no heartbeat has no number. */
  private void reject(String reason, String field, String description) {
    reject(0, reason, field, description);
  }

  private void reject(long sequence, String reason, String field, String description) {
    if (out.isReady()) {
      send(Rejections.of(sequence, reason, field, description));
    }
  }

  @Override
  List<HeldRole> roles() {
    return pulse.roles();
  }

  private void post(Pulse.Outcome outcome) {
    if (outcome == Pulse.Outcome.POST) {
      endpoint.post(pulse);
    }
  }

  private void fail(StatusRuntimeException status) {
    close();
    out.onError(status);
  }

  private void enter(StreamPhase next) {
    int before = phase == StreamPhase.REGISTERING ? 1 : 0;
    int after = next == StreamPhase.REGISTERING ? 1 : 0;
    long dueBefore = due();
    long grantedBefore = dueAsGranted();
    phase = next;
    if (before != after) {
      loop.countRegistering(after - before);
    }
    if (due() != dueBefore) {
      loop.countDue(due() - dueBefore, dueAsGranted() - grantedBefore);
    }
  }

  /** Heartbeats that it has promised, in a billion seconds. */
  private long due() {
    return phase == StreamPhase.OPEN ? told().heartbeatsInGigasecond() : 0;
  }

  private long dueAsGranted() {
    return phase == StreamPhase.OPEN ? granted().heartbeatsInGigasecond() : 0;
  }

  private void close() {
    enter(StreamPhase.CLOSED);
    dropOwed();
    pass.release();
    Questions asked = questions;
    if (probesOthers && asked != null) {
      endpoint.asking().onPeerGone(asked);
    }
    endpoint.onClosed(this);
  }
}
