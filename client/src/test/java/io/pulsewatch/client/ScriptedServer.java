package io.pulsewatch.client;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.AckWatchRequest;
import io.pulsewatch.v1.AckWatchResponse;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.LeaveRequest;
import io.pulsewatch.v1.LeaveResponse;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Role;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server in this process that does what the test says, and on the calling thread. Confined to its
 * test. As an extension it cleans up.
 */
final class ScriptedServer implements AfterEachCallback {
  static final Duration INTERVAL = Duration.ofSeconds(2);
  static final Duration TIMEOUT = Duration.ofSeconds(6);
  static final Duration RESUME_WINDOW = Duration.ofSeconds(5);
  static final Duration FENCE = Duration.ofMillis(4740);

  private final String name = UUID.randomUUID().toString();
  private final List<HeartbeatCall> calls = new ArrayList<>();
  private final List<WatchCall> watches = new ArrayList<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Server server;
  private final List<AckWatchRequest> acknowledged = new ArrayList<>();
  private final List<LeaveRequest> leaves = new ArrayList<>();
  private LeaveResponse leaveAnswer = LeaveResponse.getDefaultInstance();
  private Answers answers = Answers.ALL;
  private Registered grant = granted(7);
  private boolean reads = true;
  private List<Role> roles = List.of();

  /** What is answered by itself. */
  enum Answers {
    ALL,
    REGISTER_ONLY,
    NOTHING
  }

  ScriptedServer() {
    BindableService heartbeats = new Heartbeats();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(heartbeats)
            .addService(new Watches())
            .build();
    try {
      server.start();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** A channel to this server, whatever the address. */
  ManagedChannel channel() {
    ManagedChannel channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    channels.add(channel);
    return channel;
  }

  ScriptedServer answers(Answers answers) {
    this.answers = answers;
    return this;
  }

  /** What later streams are granted. */
  ScriptedServer grants(Registered grant) {
    this.grant = grant;
    return this;
  }

  /** Whether later streams are read from: without, they are never ready. */
  ScriptedServer reads(boolean reads) {
    this.reads = reads;
    return this;
  }

  /** What each answer lists from now on, of streams that are open, too. */
  ScriptedServer holds(Role... roles) {
    this.roles = List.of(roles);
    return this;
  }

  static Role role(String name, long token) {
    return Role.newBuilder().setName(name).setToken(token).build();
  }

  List<HeartbeatCall> calls() {
    return calls;
  }

  HeartbeatCall call() {
    return calls.get(calls.size() - 1);
  }

  List<WatchCall> watches() {
    return watches;
  }

  /** Revisions that watchers said they acted on. */
  List<Long> acknowledged() {
    return acknowledged.stream().map(AckWatchRequest::getRevision).toList();
  }

  /** What unary goodbyes asked for. */
  List<LeaveRequest> leaves() {
    return leaves;
  }

  /** What later ones are answered, at once. */
  ScriptedServer answersLeaves(LeaveResponse answer) {
    this.leaveAnswer = answer;
    return this;
  }

  WatchCall watch() {
    return watches.get(watches.size() - 1);
  }

  /** Channels that the client did not give up. */
  long openChannels() {
    return channels.stream().filter(channel -> !channel.isShutdown()).count();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    channels.forEach(ManagedChannel::shutdownNow);
    server.shutdownNow();
  }

  /** An error as the contract has it. */
  static StatusRuntimeException error(Status.Code code, String reason, Duration retryAfter) {
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage("said the test")
            .addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason).build()));
    if (!retryAfter.isNegative()) {
      RetryInfo retry = RetryInfo.newBuilder().setRetryDelay(Durations.toProto(retryAfter)).build();
      status.addDetails(Any.pack(retry));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  static StatusRuntimeException error(Status.Code code) {
    return error(code, "TEST", Duration.ofSeconds(-1));
  }

  static Registered granted(long incarnation) {
    return Registered.newBuilder()
        .setIncarnation(incarnation)
        .setSessionToken("token-" + incarnation)
        .setServerId("scripted")
        .setInterval(Durations.toProto(INTERVAL))
        .setTimeout(Durations.toProto(TIMEOUT))
        .setResumeWindow(Durations.toProto(RESUME_WINDOW))
        .setExpiresIn(Durations.toProto(FENCE))
        .build();
  }

  /** One heartbeat stream as the server sees it. */
  static final class HeartbeatCall implements StreamObserver<HeartbeatRequest> {
    private final ServerCallStreamObserver<HeartbeatResponse> responses;
    private final Answers answers;
    private final Registered grant;
    private final Supplier<List<Role>> roles;
    private final List<HeartbeatRequest> requests = new ArrayList<>();
    private boolean halfClosed;
    private boolean cancelled;

    HeartbeatCall(
        ServerCallStreamObserver<HeartbeatResponse> responses,
        Answers answers,
        Registered grant,
        Supplier<List<Role>> roles) {
      this.responses = responses;
      this.roles = roles;
      this.answers = answers;
      this.grant = grant;
      responses.setOnCancelHandler(() -> cancelled = true);
    }

    @Override
    public void onNext(HeartbeatRequest request) {
      requests.add(request);
      if (answers == Answers.NOTHING) {
        return;
      }
      if (request.hasRegister()) {
        Registered registered = grant.toBuilder().addAllRoles(roles.get()).build();
        send(HeartbeatResponse.newBuilder().setRegistered(registered).build());
      } else if (request.hasHeartbeat() && answers == Answers.ALL) {
        ack(request.getHeartbeat());
      }
    }

    void ack(Heartbeat heartbeat) {
      send(
          HeartbeatResponse.newBuilder()
              .setAck(
                  Ack.newBuilder()
                      .setSequence(heartbeat.getSequence())
                      .setSentMonotonicNanos(heartbeat.getSentMonotonicNanos())
                      .addAllRoles(roles.get())
                      .setExpiresIn(
                          heartbeat.hasHold() ? heartbeat.getHold() : Durations.toProto(FENCE)))
              .build());
    }

    /** Unasked. */
    void suspect() {
      send(
          HeartbeatResponse.newBuilder()
              .setAck(Ack.newBuilder().setState(State.STATE_SUSPECT).addAllRoles(roles.get()))
              .build());
    }

    /** Unasked: what is held has changed. */
    void tellRoles() {
      send(
          HeartbeatResponse.newBuilder().setAck(Ack.newBuilder().addAllRoles(roles.get())).build());
    }

    void send(HeartbeatResponse response) {
      responses.onNext(response);
    }

    void end(StatusRuntimeException error) {
      responses.onError(error);
    }

    void read(int messages) {
      responses.request(messages);
    }

    /** Whether the client asked for more than it was sent. */
    boolean wantsMore() {
      return responses.isReady();
    }

    Register register() {
      return requests.get(0).getRegister();
    }

    List<Heartbeat> heartbeats() {
      return requests.stream()
          .filter(HeartbeatRequest::hasHeartbeat)
          .map(HeartbeatRequest::getHeartbeat)
          .toList();
    }

    List<Long> sequences() {
      return heartbeats().stream().map(Heartbeat::getSequence).toList();
    }

    List<HeartbeatRequest> requests() {
      return requests;
    }

    boolean halfClosed() {
      return halfClosed;
    }

    boolean cancelled() {
      return cancelled;
    }

    @Override
    public void onError(Throwable thrown) {
      cancelled = true;
    }

    @Override
    public void onCompleted() {
      halfClosed = true;
      responses.onCompleted();
    }
  }

  /** One watch as the server sees it. */
  record WatchCall(WatchRequest request, ServerCallStreamObserver<WatchResponse> responses) {
    void send(WatchResponse response) {
      responses.onNext(response);
    }

    /** Whether the client asked for more than it was sent. */
    boolean wantsMore() {
      return responses.isReady();
    }
  }

  private final class Heartbeats extends HeartbeatServiceGrpc.HeartbeatServiceImplBase {
    @Override
    public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> responses) {
      ServerCallStreamObserver<HeartbeatResponse> observer =
          (ServerCallStreamObserver<HeartbeatResponse>) responses;
      HeartbeatCall call = new HeartbeatCall(observer, answers, grant, () -> roles);
      if (!reads) {
        observer.disableAutoRequest();
      }
      calls.add(call);
      return call;
    }

    @Override
    public void leave(LeaveRequest request, StreamObserver<LeaveResponse> response) {
      leaves.add(request);
      response.onNext(leaveAnswer);
      response.onCompleted();
    }
  }

  private final class Watches extends WatchServiceGrpc.WatchServiceImplBase {
    @Override
    public void watch(WatchRequest request, StreamObserver<WatchResponse> responses) {
      ServerCallStreamObserver<WatchResponse> observer =
          (ServerCallStreamObserver<WatchResponse>) responses;
      observer.setOnCancelHandler(() -> {});
      watches.add(new WatchCall(request, observer));
    }

    @Override
    public void ackWatch(AckWatchRequest request, StreamObserver<AckWatchResponse> response) {
      acknowledged.add(request);
      response.onNext(AckWatchResponse.getDefaultInstance());
      response.onCompleted();
    }
  }
}
