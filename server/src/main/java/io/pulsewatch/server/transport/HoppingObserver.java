package io.pulsewatch.server.transport;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * An answer that is given on any thread and written on that of its call. One that nobody waits for
 * any more is dropped.
 *
 * <p>Thread-safe.
 */
final class HoppingObserver<T> implements StreamObserver<T> {
  private final StreamLoop loop;
  private final StreamObserver<T> call;

  private HoppingObserver(StreamLoop loop, StreamObserver<T> call) {
    this.loop = loop;
    this.call = call;
  }

  /** On the thread of the call. */
  static <T> StreamObserver<T> to(StreamLoop loop, StreamObserver<T> call) {
    if (call instanceof ServerCallStreamObserver<T> observed) {
      observed.setOnCancelHandler(() -> {});
    }
    return new HoppingObserver<>(loop, call);
  }

  @Override
  public void onNext(T value) {
    loop.execute(() -> call.onNext(value));
  }

  @Override
  public void onError(Throwable error) {
    loop.execute(() -> call.onError(error));
  }

  @Override
  public void onCompleted() {
    loop.execute(call::onCompleted);
  }
}
