package io.pulsewatch.client.transport;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.client.session.Acknowledgement;
import io.pulsewatch.client.session.Goodbye;
import io.pulsewatch.client.session.Grant;
import io.pulsewatch.client.session.Terms;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.LeaveMode;
import io.pulsewatch.v1.LeaveRequest;
import io.pulsewatch.v1.LeaveResponse;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.Reauth;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Role;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Unacknowledged;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One heartbeat stream and the channel that it owns. Confined to the thread that opened it; its
 * events come from gRPC's threads.
 */
public final class HeartbeatStream {
  /** The server answers when the time is over; so long may that take. */
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ManagedChannel channel;
  private final ClientCallStreamObserver<HeartbeatRequest> requests;

  /** Opens a stream on a channel that nothing else uses. Does not wait for the connection. */
  public HeartbeatStream(ManagedChannel channel, HeartbeatEvents events) {
    this.channel = channel;
    try {
      // The stub returns the observer that it gave to beforeStart.
      requests =
          (ClientCallStreamObserver<HeartbeatRequest>)
              HeartbeatServiceGrpc.newStub(channel).heartbeat(new Reader(events));
    } catch (RuntimeException refused) { // by an interceptor of the application
      channel.shutdownNow();
      throw refused;
    }
  }

  /** Tells whether a message would be sent now rather than queued. */
  public boolean isReady() {
    return requests.isReady();
  }

  /** Sends the first message. */
  public void register(Register register) {
    requests.onNext(HeartbeatRequest.newBuilder().setRegister(register).build());
  }

  /** Sends a sign of life. */
  public void heartbeat(Heartbeat heartbeat) {
    requests.onNext(HeartbeatRequest.newBuilder().setHeartbeat(heartbeat).build());
  }

  /** Sends another token than the stream began with. */
  public void reauth(String token) {
    requests.onNext(
        HeartbeatRequest.newBuilder().setReauth(Reauth.newBuilder().setToken(token)).build());
  }

  /** Sends what was seen. */
  public void probeResult(ProbeResult result) {
    requests.onNext(HeartbeatRequest.newBuilder().setProbeResult(result).build());
  }

  /** Sends the last message, and half-closes. */
  public void leave(String reason) {
    requests.onNext(
        HeartbeatRequest.newBuilder().setLeave(Leave.newBuilder().setReason(reason)).build());
    requests.onCompleted();
  }

  /** What became of saying that an instance drains. */
  public record Drained(Kind kind, Set<String> unacknowledged) {
    /** Whether it was understood. */
    public enum Kind {
      /** It was: all have acknowledged it, but for those who are named. */
      UNDERSTOOD,
      /** Nobody answered, or not now. */
      NOT_NOW,
      /** It will not be: such a server, or such a session. */
      NEVER
    }
  }

  /**
   * Says by a unary call on the same connection that the instance drains, and waits until watchers
   * have acknowledged it.
   *
   * @param done told once, by one of gRPC's threads
   */
  public void drain(
      String token, Collection<String> watchers, long withinNanos, Consumer<Drained> done) {
    LeaveRequest request =
        LeaveRequest.newBuilder()
            .setSessionToken(token)
            .setMode(LeaveMode.LEAVE_MODE_DRAINING)
            .addAllWaitFor(watchers)
            .setWithin(Durations.toProto(withinNanos))
            .build();
    try {
      HeartbeatServiceGrpc.newStub(channel)
          .withDeadlineAfter(withinNanos + ANSWER_NANOS, TimeUnit.NANOSECONDS)
          .leave(request, new DrainReader(done));
    } catch (RuntimeException refused) { // by an interceptor of the application
      done.accept(new Drained(Drained.Kind.NOT_NOW, Set.of()));
    }
  }

  /** Asks for the next arrival: at most one is on its way, so nothing piles up on this side. */
  public void next() {
    requests.request(1);
  }

  /** Cancels what is still open, and gives up the connection. */
  public void abandon() {
    requests.cancel("abandoned by the client", null);
    channel.shutdownNow();
  }

  private static final class DrainReader implements StreamObserver<LeaveResponse> {
    private final Consumer<Drained> done;
    private @Nullable Drained answer;

    DrainReader(Consumer<Drained> done) {
      this.done = done;
    }

    @Override
    public void onNext(LeaveResponse response) {
      answer =
          new Drained(
              Drained.Kind.UNDERSTOOD,
              response.getUnacknowledgedList().stream()
                  .map(Unacknowledged::getName)
                  .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public void onError(Throwable thrown) {
      done.accept(new Drained(kindOf(Status.fromThrowable(thrown).getCode()), Set.of()));
    }

    @Override
    public void onCompleted() {
      Drained told = answer;
      done.accept(told == null ? new Drained(Drained.Kind.NOT_NOW, Set.of()) : told);
    }

    private static Drained.Kind kindOf(Status.Code code) {
      return switch (code) {
        case UNIMPLEMENTED, INVALID_ARGUMENT, PERMISSION_DENIED -> Drained.Kind.NEVER;
        case OK,
            CANCELLED,
            UNKNOWN,
            DEADLINE_EXCEEDED,
            NOT_FOUND,
            ALREADY_EXISTS,
            RESOURCE_EXHAUSTED,
            FAILED_PRECONDITION,
            ABORTED,
            OUT_OF_RANGE,
            INTERNAL,
            UNAVAILABLE,
            DATA_LOSS,
            UNAUTHENTICATED ->
            Drained.Kind.NOT_NOW;
      };
    }
  }

  private static final class Reader
      implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private final HeartbeatEvents events;

    Reader(HeartbeatEvents events) {
      this.events = events;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> stream) {
      stream.disableAutoRequestWithInitial(1);
      stream.setOnReadyHandler(events::onReady);
    }

    @Override
    public void onNext(HeartbeatResponse response) {
      switch (response.getMessageCase()) {
        case REGISTERED -> events.onRegistered(grantOf(response.getRegistered()));
        case ACK -> events.onAck(acknowledgementOf(response.getAck()));
        case REJECTED ->
            events.onRejected(
                response.getRejected().getField(),
                response.getRejected().getReason(),
                response.getRejected().getDescription());
        case GOODBYE -> events.onGoodbye(goodbyeOf(response.getGoodbye()));
        case PROBE_REQUEST -> events.onProbe(response.getProbeRequest());
        case MESSAGE_NOT_SET -> events.onOther();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      events.onEnded(StreamEnds.of(thrown));
    }

    @Override
    public void onCompleted() {
      events.onEnded(StreamEnds.completed());
    }
  }

  static Goodbye goodbyeOf(io.pulsewatch.v1.Goodbye goodbye) {
    return new Goodbye(
        Durations.toNanos(goodbye.getReconnectAfter()),
        Durations.toNanos(goodbye.getSpread()),
        goodbye.getPeersList());
  }

  private static Grant grantOf(Registered registered) {
    return new Grant(
        registered.getIncarnation(),
        registered.getSessionToken(),
        registered.getLastSequence(),
        termsOf(registered.getInterval(), registered.getTimeout(), registered.getResumeWindow()),
        Durations.toNanos(registered.getDetectionBound()),
        registered.getServerId(),
        registered.hasExpiresIn() ? Durations.toNanos(registered.getExpiresIn()) : Terms.UNSET,
        rolesOf(registered.getRolesList()));
  }

  private static Acknowledgement acknowledgementOf(Ack ack) {
    return new Acknowledgement(
        ack.getSequence(),
        ack.getSentMonotonicNanos(),
        ack.hasExpiresIn() ? Durations.toNanos(ack.getExpiresIn()) : Terms.UNSET,
        ack.hasStretch()
            ? termsOf(
                ack.getStretch().getInterval(),
                ack.getStretch().getTimeout(),
                ack.getStretch().getResumeWindow())
            : null,
        ack.getState() == State.STATE_SUSPECT,
        rolesOf(ack.getRolesList()));
  }

  private static Map<String, Long> rolesOf(List<Role> roles) {
    if (roles.isEmpty()) {
      return Map.of();
    }
    Map<String, Long> tokens = new HashMap<>();
    roles.forEach(role -> tokens.put(role.getName(), role.getToken()));
    return tokens;
  }

  // A server that grants what the contract does not know must not make this client spin or stall.
  private static final long LEAST_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MOST_NANOS = TimeUnit.HOURS.toNanos(48);

  private static Terms termsOf(Duration interval, Duration timeout, Duration resumeWindow) {
    return new Terms(
        Math.max(LEAST_INTERVAL_NANOS, Math.min(Durations.toNanos(interval), MOST_NANOS)),
        Math.min(Durations.toNanos(timeout), MOST_NANOS),
        Math.min(Durations.toNanos(resumeWindow), MOST_NANOS));
  }
}
