package io.pulsewatch.server.transport;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What one server stream says. In process it is there at once, or never. Confined to the test's
 * thread.
 */
final class Messages<Q, A> implements ClientResponseObserver<Q, A> {
  private final Queue<A> received = new ArrayDeque<>();
  private final int initially;
  private @Nullable ClientCallStreamObserver<Q> call;
  private @Nullable Fault fault;

  /** Reads whatever comes. */
  Messages() {
    this(Integer.MAX_VALUE);
  }

  /** Reads so many, and then what is asked for with {@link #read}. */
  Messages(int initially) {
    this.initially = initially;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<Q> stream) {
    call = stream;
    stream.disableAutoRequestWithInitial(initially);
  }

  @Override
  public void onNext(A message) {
    received.add(message);
  }

  @Override
  public void onError(Throwable error) {
    fault = Fault.of(error);
  }

  @Override
  public void onCompleted() {
    fault = Fault.NONE;
  }

  void read(int more) {
    call().request(more);
  }

  void cancel() {
    call().cancel("the test says so", null);
  }

  /** The next message. */
  A next() {
    A message = received.poll();
    if (message == null) {
      throw new AssertionError("no message; the stream: " + fault);
    }
    return message;
  }

  boolean isQuiet() {
    return received.isEmpty() && fault == null;
  }

  /** How the stream ended. */
  Fault fault() {
    if (fault == null) {
      throw new AssertionError("the stream lives; waiting: " + received);
    }
    return fault;
  }

  private ClientCallStreamObserver<Q> call() {
    if (call == null) {
      throw new AssertionError("not started");
    }
    return call;
  }
}
