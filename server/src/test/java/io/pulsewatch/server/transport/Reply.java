package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What came of one unary call. In process it is there at once, or never. Thread-safe. */
public final class Reply<T> implements StreamObserver<T> {
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable T value;
  private volatile @Nullable Fault fault;

  @Override
  public void onNext(T next) {
    value = next;
  }

  @Override
  public void onError(Throwable error) {
    fault = Fault.of(error);
    done.countDown();
  }

  @Override
  public void onCompleted() {
    done.countDown();
  }

  /** True while nobody has answered. */
  public boolean waits() {
    return done.getCount() > 0;
  }

  /** Waits for the answer, at most so long. */
  public Reply<T> within(long millis) throws InterruptedException {
    assertThat(done.await(millis, TimeUnit.MILLISECONDS)).isTrue();
    return this;
  }

  /** What was answered; fails if nothing was, or an error. */
  public T get() {
    T answered = value;
    if (waits() || answered == null) {
      throw new AssertionError("no answer: " + fault);
    }
    return answered;
  }

  /** The error; fails if there is none. */
  public Fault fault() {
    Fault error = fault;
    if (error == null) {
      throw new AssertionError("no error; waits: " + waits() + ", value: " + value);
    }
    return error;
  }
}
