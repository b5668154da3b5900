package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.Duration;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.server.transport.Fault;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A watch of everything that misses nothing: each change in order. Thread-safe. */
final class WatchLog implements StreamObserver<WatchResponse> {
  private static final long PATIENCE_MILLIS = 30_000;

  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CompletableFuture<Fault> end = new CompletableFuture<>();
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<Change> changes = new ArrayList<>();

  @GuardedBy("lock")
  private final List<WatchResponse> responses = new ArrayList<>();

  @GuardedBy("lock")
  private int taken;

  private WatchLog() {}

  /** Watches, and has the first snapshot behind it. */
  static WatchLog open(Channel channel) throws InterruptedException {
    WatchLog log = new WatchLog();
    WatchServiceGrpc.newStub(channel)
        .watch(WatchRequest.newBuilder().setDelivery(Delivery.DELIVERY_EVERY_CHANGE).build(), log);
    assertThat(log.caughtUp.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    return log;
  }

  @Override
  public void onNext(WatchResponse response) {
    synchronized (lock) {
      responses.add(response);
      changes.addAll(response.getChanges().getChangesList());
      lock.notifyAll();
    }
    if (response.hasSnapshotEnd()) {
      caughtUp.countDown();
    }
  }

  @Override
  public void onError(Throwable error) {
    end.complete(Fault.of(error));
  }

  @Override
  public void onCompleted() {
    end.cancel(false);
  }

  /** The next change of this instance; those of others are passed by. */
  Change next(String name) throws InterruptedException {
    return next(change -> name(change).equals(name));
  }

  /** The next change of this instance; fails if it is another one. */
  Change next(String name, State state, Cause cause) throws InterruptedException {
    Change change = next(name);
    assertThat(change.getInstance().getState()).as(change.toString()).isEqualTo(state);
    assertThat(change.getCause()).as(change.toString()).isEqualTo(cause);
    return change;
  }

  /** The next change that fits; the ones before it are passed by. */
  @SuppressWarnings("WaitNotInLoop") // it is: until found
  Change next(Predicate<Change> fits) throws InterruptedException {
    synchronized (lock) {
      for (int waits = 0; waits < PATIENCE_MILLIS / 100; waits++) {
        while (taken < changes.size()) {
          Change change = changes.get(taken++);
          if (fits.test(change)) {
            return change;
          }
        }
        lock.wait(100);
      }
      throw new AssertionError("nothing fits in " + changes + "; the stream: " + end);
    }
  }

  /** Everything so far. */
  List<Change> changes() {
    synchronized (lock) {
      return List.copyOf(changes);
    }
  }

  /** Everything so far of one instance, as "STATE cause". */
  List<String> story(String name) {
    return changes().stream()
        .filter(change -> name(change).equals(name))
        .map(
            change ->
                (change.getInstance().getState() + " " + change.getCause())
                    .replace("STATE_", "")
                    .replace("CAUSE_", ""))
        .toList();
  }

  /** The newest message of a kind. */
  @Nullable WatchResponse newest(Predicate<WatchResponse> kind) {
    synchronized (lock) {
      for (int i = responses.size() - 1; i >= 0; i--) {
        if (kind.test(responses.get(i))) {
          return responses.get(i);
        }
      }
      return null;
    }
  }

  boolean isOpen() {
    return !end.isDone();
  }

  /** How the stream ended. */
  Fault fault() throws InterruptedException {
    try {
      return end.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  static String name(Change change) {
    Instance instance = change.getInstance();
    return instance.getService() + "/" + instance.getInstanceId();
  }

  static long silenceMillis(Change change) {
    return micros(change.getEvidence().getSilence()) / 1_000;
  }

  static long micros(Duration duration) {
    return duration.getSeconds() * 1_000_000 + duration.getNanos() / 1_000;
  }
}
