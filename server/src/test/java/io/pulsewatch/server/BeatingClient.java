package io.pulsewatch.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The client in a nutshell of PROTOCOL.md, on a plain stub: beats by slots, resumes by token after
 * any end, and gives up a stream that is silent for half of its fence, the new one first.
 *
 * <p>Guarded by {@code this}: a handful of calls a second.
 */
final class BeatingClient implements AutoCloseable {
  private static final long MAX_BACK_OFF_MILLIS = 10_000;

  private final ManagedChannel channel;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTicker;
  private final long startNanos;
  private final Register register;

  @GuardedBy("this")
  private final List<Long> incarnations = new ArrayList<>();

  @GuardedBy("this")
  private final List<Fault> faults = new ArrayList<>();

  @GuardedBy("this")
  private @Nullable Call call;

  @GuardedBy("this")
  private @Nullable ScheduledFuture<?> beats;

  @GuardedBy("this")
  private @Nullable ScheduledFuture<?> retry;

  @GuardedBy("this")
  private String token = "";

  @GuardedBy("this")
  private long intervalNanos;

  @GuardedBy("this")
  private long patienceNanos;

  @GuardedBy("this")
  private long capMillis = MAX_BACK_OFF_MILLIS;

  @GuardedBy("this")
  private long sequence;

  @GuardedBy("this")
  private long unackedSinceNanos;

  @GuardedBy("this")
  private boolean unacked;

  @GuardedBy("this")
  private int tries;

  @GuardedBy("this")
  private int resumes;

  @GuardedBy("this")
  private int acks;

  @GuardedBy("this")
  private boolean stopped;

  @GuardedBy("this")
  private boolean patient;

  /**
   * Creates a client; {@link #start} starts it.
   *
   * @param timer runs its beats and retries
   */
  BeatingClient(
      ManagedChannel channel,
      ScheduledExecutorService timer,
      LongSupplier nanoTicker,
      Register register) {
    this.channel = channel;
    this.timer = timer;
    this.nanoTicker = nanoTicker;
    this.startNanos = nanoTicker.getAsLong();
    this.register = register;
    this.intervalNanos = nanos(register.getInterval());
    this.patienceNanos = nanos(register.getTimeout()) / 2;
  }

  /** Never gives up a stream, however long it is silent. */
  synchronized BeatingClient patient() {
    patient = true;
    return this;
  }

  synchronized BeatingClient start() {
    connect();
    beats =
        timer.scheduleAtFixedRate(
            this::onSlot,
            ThreadLocalRandom.current().nextLong(intervalNanos),
            intervalNanos,
            TimeUnit.NANOSECONDS);
    return this;
  }

  /** Each incarnation that was granted, with a resume as one more of the same. */
  synchronized List<Long> incarnations() {
    return List.copyOf(incarnations);
  }

  /** How streams ended that it did not end itself. */
  synchronized List<Fault> faults() {
    return List.copyOf(faults);
  }

  synchronized int resumes() {
    return resumes;
  }

  synchronized int acks() {
    return acks;
  }

  /** Waits until each of them has been acked once more, and then again. */
  static void awaitAcks(List<BeatingClient> clients) throws InterruptedException {
    List<Integer> before = clients.stream().map(BeatingClient::acks).toList();
    for (int i = 0; i < clients.size(); i++) {
      clients.get(i).awaitAcks(before.get(i) + 2);
    }
  }

  private synchronized void awaitAcks(int wanted) throws InterruptedException {
    for (int waits = 0; acks < wanted; waits++) {
      if (waits > 1_000) {
        throw new AssertionError("no ack; streams ended with " + faults);
      }
      wait(100);
    }
  }

  /** Goes silent with its stream open. */
  synchronized void fallSilent() {
    stopped = true;
    if (beats != null) {
      beats.cancel(false);
    }
    if (retry != null) {
      retry.cancel(false);
    }
  }

  /** Says goodbye. */
  @Override
  public synchronized void close() {
    fallSilent();
    Call open = call;
    if (open != null && open.out != null) {
      open.out.onNext(
          HeartbeatRequest.newBuilder().setLeave(Leave.newBuilder().setReason("test")).build());
      open.out.onCompleted();
    }
  }

  private synchronized void connect() {
    if (stopped) {
      return;
    }
    channel.resetConnectBackoff();
    Call old = call;
    Call next = new Call();
    call = next;
    next.keep(HeartbeatServiceGrpc.newStub(channel).heartbeat(next));
    unacked = true;
    unackedSinceNanos = nowNanos();
    next.send(
        HeartbeatRequest.newBuilder()
            .setRegister(register.toBuilder().setSessionToken(token))
            .build());
    if (old != null && old.out != null) {
      old.out.cancel("given up", null);
    }
  }

  private synchronized void onSlot() {
    Call open = call;
    if (stopped || open == null) {
      return;
    }
    if (!patient && unacked && nowNanos() - unackedSinceNanos > patienceNanos) {
      connect();
      return;
    }
    long slot = nowNanos() / intervalNanos + 1;
    if (open.registered && slot > sequence && open.out != null && open.out.isReady()) {
      sequence = slot;
      if (!unacked) {
        unacked = true;
        unackedSinceNanos = nowNanos();
      }
      open.send(
          HeartbeatRequest.newBuilder()
              .setHeartbeat(
                  Heartbeat.newBuilder().setSequence(sequence).setSentMonotonicNanos(nowNanos()))
              .build());
    }
  }

  private synchronized void onMessage(Call from, HeartbeatResponse response) {
    if (from != call) {
      return;
    }
    if (response.hasRegistered()) {
      onRegistered(from, response.getRegistered());
    } else if (response.hasAck()) {
      onAck(response.getAck());
    }
  }

  private synchronized void onRegistered(Call from, Registered registered) {
    from.registered = true;
    unacked = false;
    token = registered.getSessionToken();
    incarnations.add(registered.getIncarnation());
    resumes += registered.getResumed() ? 1 : 0;
    intervalNanos = nanos(registered.getInterval());
    patienceNanos =
        registered.hasExpiresIn() ? nanos(registered.getExpiresIn()) / 2 : patienceNanos;
    capMillis = Math.min(MAX_BACK_OFF_MILLIS, nanos(registered.getResumeWindow()) / 3 / 1_000_000);
    sequence = Math.max(registered.getResumed() ? sequence : 0, registered.getLastSequence());
  }

  private synchronized void onAck(Ack ack) {
    tries = 0;
    acks++;
    notifyAll();
    if (ack.getSequence() >= sequence && ack.hasExpiresIn()) {
      unacked = false;
    }
  }

  private synchronized void onEnd(Call from, @Nullable Throwable error) {
    if (from != call) {
      return;
    }
    Fault fault = error == null ? Fault.of(Status.OK.asRuntimeException()) : Fault.of(error);
    faults.add(fault);
    call = null;
    if (fault.code() == Status.Code.NOT_FOUND) {
      token = "";
    }
    if (stopped || timer.isShutdown() || fault.code() == Status.Code.ABORTED) {
      return;
    }
    long most = Math.min(capMillis, 100L << Math.min(tries++, 10));
    retry =
        timer.schedule(
            this::connect, ThreadLocalRandom.current().nextLong(most + 1), TimeUnit.MILLISECONDS);
  }

  private long nowNanos() {
    return nanoTicker.getAsLong() - startNanos;
  }

  private static long nanos(Duration duration) {
    return TimeUnit.SECONDS.toNanos(duration.getSeconds()) + duration.getNanos();
  }

  private final class Call implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
    private @Nullable ClientCallStreamObserver<HeartbeatRequest> out;
    private boolean registered;

    void keep(Object observer) {
      if (observer != out) {
        throw new AssertionError("another observer");
      }
    }

    void send(HeartbeatRequest request) {
      if (out != null) {
        out.onNext(request);
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> requests) {
      out = requests;
    }

    @Override
    public void onNext(HeartbeatResponse response) {
      onMessage(this, response);
    }

    @Override
    public void onError(Throwable error) {
      onEnd(this, error);
    }

    @Override
    public void onCompleted() {
      onEnd(this, null);
    }
  }
}
