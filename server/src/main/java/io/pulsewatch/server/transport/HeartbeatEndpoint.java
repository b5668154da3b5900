package io.pulsewatch.server.transport;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.liveness.Answer;
import io.pulsewatch.server.liveness.AwakeClock;
import io.pulsewatch.server.liveness.Command;
import io.pulsewatch.server.liveness.InstanceKey;
import io.pulsewatch.server.liveness.News;
import io.pulsewatch.server.liveness.Progress;
import io.pulsewatch.server.liveness.Pulse;
import io.pulsewatch.server.liveness.PutOff;
import io.pulsewatch.server.liveness.Reader;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.liveness.Token;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.LeaveRequest;
import io.pulsewatch.v1.LeaveResponse;
import io.pulsewatch.v1.Register;
import java.net.SocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The senders' service: streams, and their unary twin. Thread-safe. */
public final class HeartbeatEndpoint extends HeartbeatServiceGrpc.HeartbeatServiceImplBase {
  private static final long BUSY_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final StreamLoop.Finder loops;
  private final Mailroom mailroom;
  private final AwakeClock loopClock;
  private final Reader door;
  private final LongSupplier nanoTicker;
  private final RandomGenerator chance;
  private final Grants grants;
  private final Judging judging;
  private final int maxStreams;
  private final Asking asking;
  private final Authenticator authenticator;
  private final LeaveDesk leaves;
  private final Departures departures = new Departures();
  private final Set<HeartbeatStream> streams = ConcurrentHashMap.newKeySet();
  private final TurnedAway turnedAway;
  private final LongAdder beats = new LongAdder();
  private volatile @Nullable StatusRuntimeException closed;

  /**
   * Creates the service.
   *
   * @param loopClock of the liveness loop
   * @param door all event loops taken as one, for beats
   * @param chance for secrets: thread-safe and unguessable
   * @param judging whether acks may renew fences
   * @param asking who asks clients about suspects
   * @param authenticator of streams that live longer than what they came in with
   * @param leaves takes goodbyes by unary calls
   */
  public HeartbeatEndpoint(
      StreamLoop.Finder loops,
      Mailroom mailroom,
      AwakeClock loopClock,
      Reader door,
      LongSupplier nanoTicker,
      RandomGenerator chance,
      String serverId,
      Judging judging,
      StreamLimits limits,
      Asking asking,
      Authenticator authenticator,
      LeaveDesk leaves) {
    this.loops = loops;
    this.mailroom = mailroom;
    this.loopClock = loopClock;
    this.door = door;
    this.nanoTicker = nanoTicker;
    this.chance = chance;
    this.judging = judging;
    this.grants = new Grants(serverId, judging);
    this.maxStreams = limits.maxStreams();
    this.turnedAway =
        new TurnedAway(limits.maxTurnedAway(), limits.turnedAwayNanos(), nanoTicker.getAsLong());
    this.asking = asking;
    this.authenticator = authenticator;
    this.leaves = leaves;
  }

  @Override
  public StreamObserver<HeartbeatRequest> heartbeat(StreamObserver<HeartbeatResponse> responses) {
    HeartbeatStream stream =
        new HeartbeatStream(
            (ServerCallStreamObserver<HeartbeatResponse>) responses,
            this,
            loops.current(),
            PeerNetwork.current());
    streams.add(stream);
    stream.begin(Gate.current());
    StatusRuntimeException stopped = closed;
    Drain drain = drain();
    if (stopped != null) {
      stream.refuse(stopped);
    } else if (drain != null) {
      turnAway(stream, drain.refusal(), maxStreams); // all may be there, half-open, and come anew
    } else if (streams.size() > maxStreams) {
      turnAway(
          stream,
          Statuses.of(
              Status.Code.RESOURCE_EXHAUSTED,
              "LIMIT_STREAMS",
              "This server holds " + maxStreams + " streams and takes no more. Try another one.",
              BUSY_RETRY_NANOS),
          0);
    }
    return stream;
  }

  /** What it has to say is read before it goes: a resume that we put off is no loss. */
  private void turnAway(HeartbeatStream stream, StatusRuntimeException why, int atLeast) {
    streams.remove(stream);
    if (turnedAway.add(stream, nowNanos(), atLeast)) {
      stream.turnAway(why);
    } else {
      stream.refuse(why);
    }
  }

  @Override
  public void leave(LeaveRequest request, StreamObserver<LeaveResponse> response) {
    leaves.leave(request, response);
  }

  @Override
  public void beat(BeatRequest request, StreamObserver<BeatResponse> response) {
    beat(request, loops.current(), PeerNetwork.current(), response);
  }

  /**
   * A beat that came another way than gRPC.
   *
   * @param peer whose socket it came from
   * @param replies runs tasks on the thread that writes the answer
   */
  public void beat(
      BeatRequest request,
      @Nullable SocketAddress peer,
      Executor replies,
      StreamObserver<BeatResponse> response) {
    beat(request, replies, PeerNetwork.of(peer), response);
  }

  private void beat(
      BeatRequest request,
      Executor replies,
      String network,
      StreamObserver<BeatResponse> response) {
    beats.increment();
    try {
      new BeatCall(this, replies, network, response).start(request);
    } catch (StatusRuntimeException e) {
      response.onError(e);
    }
  }

  /** The service as a server takes it: its calls know their peers' network. */
  public ServerServiceDefinition withPeers() {
    return ServerInterceptors.intercept(this, new PeerNetwork());
  }

  /** Unary beats since the start, good or not. */
  public long beats() {
    return beats.sum();
  }

  /**
   * Sends those away who were turned away and have not said who they are in time, and those whose
   * turn it is to leave. On one thread, a few times in a second.
   */
  public void turn(long nowNanos) {
    turnedAway.turn(nowNanos);
    departures.turn(nowNanos, streams);
  }

  /** Streams that were turned away and may still say who they are. */
  public int turnedAway() {
    return turnedAway.size();
  }

  /** Open streams. */
  public int streams() {
    return streams.size();
  }

  /** Goodbyes that wait until watchers have acknowledged them. */
  public int waitingLeaves() {
    return leaves.waiting();
  }

  /** Sends everybody away, one after the other, and whoever comes; null: takes everybody again. */
  void drain(@Nullable Drain order) {
    departures.order(order);
  }

  /** What whoever comes now is refused with; null where everybody is taken. */
  @Nullable Drain drain() {
    return departures.order();
  }

  /** Says goodbye to every stream and refuses new ones. Nobody is judged for it. */
  public void close(Goodbye goodbye) {
    StatusRuntimeException status =
        Statuses.of(
            Status.Code.UNAVAILABLE,
            "SHUTDOWN",
            "This server stops. Come back, or go to another one; the incarnation can be resumed"
                + " where the ledger survives.",
            Nanos.of(goodbye.getReconnectAfter()));
    closed = status;
    streams.forEach(stream -> stream.sayGoodbye(goodbye, status));
    turnedAway.forEach(stream -> stream.sayGoodbye(goodbye, status));
  }

  Pulse newPulse(Reader reader) {
    return new Pulse(reader, loopClock, nanoTicker.getAsLong());
  }

  /** A beat has no stream: the next one may come through any event loop. */
  Pulse newBeatPulse() {
    return newPulse(door);
  }

  long nowNanos() {
    return nanoTicker.getAsLong();
  }

  Grants grants() {
    return grants;
  }

  Asking asking() {
    return asking;
  }

  Authenticator authenticator() {
    return authenticator;
  }

  /** Hands over what came of asking; where as many commands wait as may, it is lost. */
  void tell(Command.Probed told) {
    mailroom.offer(told);
  }

  void onClosed(HeartbeatStream stream) {
    streams.remove(stream);
    turnedAway.remove(stream);
  }

  void post(Pulse pulse) {
    mailroom.post(pulse);
  }

  /** Hands the command over, or throws what the caller is to be told. */
  void offer(Command command) {
    if (!judging.goesOn()) {
      throw Statuses.of(
          Status.Code.UNAVAILABLE,
          "NOT_JUDGING",
          "This server judges nobody any more: it stops, or is broken. Go to another one, or come"
              + " back.",
          BUSY_RETRY_NANOS);
    }
    Drain drain = drain();
    boolean leaves = command instanceof Command.Beat beat && beat.news().ending() != null;
    if (drain != null && !leaves) {
      putOff(command, drain.retryNanos());
      throw drain.refusal();
    }
    if (!mailroom.offer(command)) {
      long awayNanos = mailroom.awayNanos();
      putOff(command, awayNanos);
      throw Statuses.of(
          Status.Code.RESOURCE_EXHAUSTED,
          "LIMIT_COMMANDS",
          "Too many requests wait at this server. Try again, with jitter.",
          awayNanos);
    }
  }

  /** The caller will be told to come back: what it asks must not cost it its life. */
  void putOff(Command command) {
    Drain drain = drain();
    putOff(command, drain == null ? BUSY_RETRY_NANOS : drain.retryNanos());
  }

  private void putOff(Command command, long awayNanos) {
    PutOff putOff = PutOff.of(command, Drain.LONGEST_WAITS * awayNanos);
    if (putOff != null) {
      mailroom.putOff(putOff);
    }
  }

  SessionToken freshToken(InstanceKey key) {
    return SessionToken.fresh(key, chance);
  }

  /**
   * Validates and translates a register.
   *
   * @param beat of a unary call; null for a stream
   * @param network of the caller
   */
  Command.Register command(
      Register register,
      String presentedText,
      SessionToken offered,
      Answer.Caller caller,
      Pulse pulse,
      @Nullable News beat,
      String network) {
    Times times = Registrations.times(register);
    pulse.judgeBy(Detectors.choice(register.getDetector()));
    List<Progress.Rule> rules = Registrations.progress(register);
    if (!rules.isEmpty()) {
      pulse.watch(new Progress(rules, times.intervalNanos()));
    }
    return new Command.Register(
        caller,
        offered.key(),
        pulse,
        Registrations.processId(register),
        presented(offered.key(), presentedText),
        offered.hashed(),
        Registrations.takesOver(register),
        Registrations.details(register),
        times,
        Registrations.status(register),
        beat,
        network,
        nowNanos());
  }

  /** A token that is not of our making, or names somebody else, belongs to no session. */
  private static @Nullable Token presented(InstanceKey key, String text) {
    if (text.isEmpty()) {
      return null;
    }
    SessionToken token = SessionToken.parse(text);
    return token == null || !token.key().equals(key) ? Token.FOREIGN : token.hashed();
  }
}
