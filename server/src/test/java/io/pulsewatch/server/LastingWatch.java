package io.pulsewatch.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A watcher of every change that outlives servers: it resumes by its token and writes down what it
 * is told, in order. Thread-safe.
 */
final class LastingWatch implements AutoCloseable {
  private static final long AGAIN_MILLIS = 50;

  private final ManagedChannel channel;
  private final ScheduledExecutorService timer;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final List<Told> told = new ArrayList<>();

  @GuardedBy("lock")
  private String token = "";

  @GuardedBy("lock")
  private int streams;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private @Nullable ScheduledFuture<?> retry;

  /** What it was told. */
  sealed interface Told {}

  /** A change. */
  record Changed(Change change) implements Told {}

  /** It starts over, from this revision on; what is before it in the list counts no more. */
  record StartedOver(SnapshotReason reason, long revision, long count, long skipped)
      implements Told {}

  private LastingWatch(ManagedChannel channel, ScheduledExecutorService timer) {
    this.channel = channel;
    this.timer = timer;
  }

  static LastingWatch open(ManagedChannel channel, ScheduledExecutorService timer) {
    LastingWatch watch = new LastingWatch(channel, timer);
    watch.connect();
    return watch;
  }

  List<Told> told() {
    synchronized (lock) {
      return List.copyOf(told);
    }
  }

  /** Streams that were answered. */
  int streams() {
    synchronized (lock) {
      return streams;
    }
  }

  /** Waits until what it was told fits. */
  @SuppressWarnings("WaitNotInLoop") // it is: until found
  void await(String what, Predicate<List<Told>> fits) throws InterruptedException {
    synchronized (lock) {
      for (int waits = 0; waits < Sockets.PATIENCE_MILLIS / 100; waits++) {
        if (fits.test(told)) {
          return;
        }
        lock.wait(100);
      }
      throw new AssertionError(what + " did not come");
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (retry != null) {
        retry.cancel(false);
      }
    }
  }

  private void connect() {
    String from;
    synchronized (lock) {
      if (closed) {
        return;
      }
      from = token;
    }
    channel.resetConnectBackoff();
    WatchServiceGrpc.newStub(channel)
        .watch(
            WatchRequest.newBuilder()
                .setDelivery(Delivery.DELIVERY_EVERY_CHANGE)
                .setResumeToken(from)
                .build(),
            new Stream());
  }

  private void again() {
    synchronized (lock) {
      if (!timer.isShutdown()) {
        retry = timer.schedule(this::connect, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private final class Stream implements StreamObserver<WatchResponse> {
    private boolean answered;
    private SnapshotReason reason = SnapshotReason.SNAPSHOT_REASON_UNSPECIFIED;
    private long skipped;

    @Override
    public void onNext(WatchResponse response) {
      synchronized (lock) {
        streams += answered ? 0 : 1;
        answered = true;
        token = response.getResumeToken().isEmpty() ? token : response.getResumeToken();
        switch (response.getMessageCase()) {
          case SNAPSHOT_BEGIN -> {
            reason = response.getSnapshotBegin().getReason();
            skipped = response.getSnapshotBegin().getSkipped();
          }
          case SNAPSHOT_END ->
              told.add(
                  new StartedOver(
                      reason,
                      response.getRevision(),
                      response.getSnapshotEnd().getCount(),
                      skipped));
          case CHANGES ->
              response
                  .getChanges()
                  .getChangesList()
                  .forEach(change -> told.add(new Changed(change)));
          case INSTANCES, BOOKMARK, GOODBYE, MESSAGE_NOT_SET -> {}
        }
        lock.notifyAll();
      }
    }

    @Override
    public void onError(Throwable error) {
      again();
    }

    @Override
    public void onCompleted() {
      again();
    }
  }
}
