package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Rejected;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A sender's end of one Heartbeat call, driven message by message. In process everything is there
 * at once; over sockets it waits up to its patience. Thread-safe, but for the sending.
 */
public final class TestStream
    implements ClientResponseObserver<HeartbeatRequest, HeartbeatResponse> {
  private final long patienceMillis;
  private final boolean reads;
  private final LinkedBlockingQueue<HeartbeatResponse> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Fault> end = new CompletableFuture<>();
  private volatile @Nullable ClientCallStreamObserver<HeartbeatRequest> out;

  private TestStream(long patienceMillis, boolean reads) {
    this.patienceMillis = patienceMillis;
    this.reads = reads;
  }

  /** In process: whatever is not there at once is missing. */
  public static TestStream open(Channel channel) {
    return start(channel, new TestStream(0, true));
  }

  /** Over sockets: waits as long as that for each message. */
  public static TestStream open(Channel channel, long patienceMillis) {
    return start(channel, new TestStream(patienceMillis, true));
  }

  /** Reads nothing but what is asked for with {@link #read}. */
  public static TestStream openUnread(Channel channel, long patienceMillis) {
    return start(channel, new TestStream(patienceMillis, false));
  }

  private static TestStream start(Channel channel, TestStream stream) {
    stream.keep(HeartbeatServiceGrpc.newStub(channel).heartbeat(stream));
    return stream;
  }

  /** The observer that a stub returns is the one that {@link #beforeStart} had. */
  private void keep(Object observer) {
    assertThat(observer).isSameAs(out);
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<HeartbeatRequest> requests) {
    out = requests;
    if (!reads) {
      requests.disableAutoRequestWithInitial(0);
    }
  }

  @Override
  public void onNext(HeartbeatResponse response) {
    received.add(response);
  }

  @Override
  public void onError(Throwable error) {
    end.complete(Fault.of(error));
  }

  @Override
  public void onCompleted() {
    end.complete(Fault.NONE);
  }

  public TestStream send(HeartbeatRequest request) {
    out().onNext(request);
    return this;
  }

  public TestStream send(Register.Builder register) {
    return send(HeartbeatRequest.newBuilder().setRegister(register).build());
  }

  public TestStream send(Heartbeat.Builder heartbeat) {
    return send(HeartbeatRequest.newBuilder().setHeartbeat(heartbeat).build());
  }

  public TestStream leave(String reason) {
    return send(
        HeartbeatRequest.newBuilder().setLeave(Leave.newBuilder().setReason(reason)).build());
  }

  public void halfClose() {
    out().onCompleted();
  }

  public void cancel() {
    out().cancel("the test says so", null);
  }

  /** Lets so many messages more come. */
  public void read(int messages) {
    out().request(messages);
  }

  /** True while gRPC can take a message without queueing it. */
  public boolean isReady() {
    return out().isReady();
  }

  /** The next message. */
  public HeartbeatResponse next() {
    try {
      HeartbeatResponse response = received.poll(patienceMillis, TimeUnit.MILLISECONDS);
      if (response == null) {
        throw new AssertionError("no message; the stream: " + end);
      }
      return response;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next message if it is there. */
  public @Nullable HeartbeatResponse poll() {
    return received.poll();
  }

  public Registered registered() {
    HeartbeatResponse response = next();
    assertThat(response.hasRegistered()).as(response.toString()).isTrue();
    return response.getRegistered();
  }

  /** The next ack; questions before it are passed over, as any client may do. */
  public Ack ack() {
    HeartbeatResponse response = next();
    while (response.hasProbeRequest()) {
      response = next();
    }
    assertThat(response.hasAck()).as(response.toString()).isTrue();
    return response.getAck();
  }

  public Rejected rejected() {
    HeartbeatResponse response = next();
    assertThat(response.hasRejected()).as(response.toString()).isTrue();
    return response.getRejected();
  }

  /** How the stream ended; fails if it lives. */
  public Fault fault() {
    try {
      return end.get(patienceMillis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("the stream lives; waiting: " + received, e);
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Fails unless the stream completed with OK. */
  public void completed() {
    assertThat(fault()).isEqualTo(Fault.NONE);
  }

  public boolean isOpen() {
    return !end.isDone();
  }

  /** Fails if anything came that was not taken, or the stream has ended. */
  public TestStream quiet() {
    assertThat(received).isEmpty();
    assertThat(end).isNotDone();
    return this;
  }

  private ClientCallStreamObserver<HeartbeatRequest> out() {
    ClientCallStreamObserver<HeartbeatRequest> requests = out;
    if (requests == null) {
      throw new AssertionError("not started");
    }
    return requests;
  }
}
