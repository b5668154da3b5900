package io.pulsewatch.bench;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.bench.load.Registrations;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A watcher that notes when it was told of each change. It is an ordinary gRPC client: what it
 * measures ends when a program has the decoded change in its hands.
 *
 * <p>Thread-safe; waiting threads wait on its monitor.
 */
public final class WatchTap implements StreamObserver<WatchResponse>, AutoCloseable {
  private final ManagedChannel channel;
  private final Map<State, Map<String, Sighting>> seen = new EnumMap<>(State.class);
  private DetectorMode mode = DetectorMode.DETECTOR_MODE_UNSPECIFIED;
  private boolean snapshotEnded;
  private @Nullable Throwable failure;

  /**
   * A change as it was told.
   *
   * @param atNanos {@link System#nanoTime} when it came
   */
  record Sighting(long atNanos, Change change) {
    long serverPauseNanos() {
      return nanos(change.getEvidence().getServerPause());
    }

    long silenceNanos() {
      return nanos(change.getEvidence().getSilence());
    }

    long overdueNanos() {
      return nanos(change.getEvidence().getOverdue());
    }

    private static long nanos(Duration duration) {
      return TimeUnit.SECONDS.toNanos(duration.getSeconds()) + duration.getNanos();
    }
  }

  private WatchTap(ManagedChannel channel) {
    this.channel = channel;
    for (State state : State.values()) {
      seen.put(state, new HashMap<>());
    }
  }

  /** Watches every change of the benchmarks' instances, and returns when the watch stands. */
  public static WatchTap open(int port) throws InterruptedException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().directExecutor().build();
    WatchTap tap = new WatchTap(channel);
    WatchRequest request =
        WatchRequest.newBuilder()
            .addServices(Registrations.SERVICE)
            .setDelivery(Delivery.DELIVERY_EVERY_CHANGE)
            .setBookmarkInterval(Registrations.millis(1_000))
            .build();
    WatchServiceGrpc.newStub(channel).watch(request, tap);
    tap.await("a snapshot", 20, it -> it.snapshotEnded);
    return tap;
  }

  @Override
  public synchronized void onNext(WatchResponse response) {
    long now = System.nanoTime();
    switch (response.getMessageCase()) {
      case SNAPSHOT_BEGIN -> {
        if (snapshotEnded) {
          onError(new IllegalStateException("the watcher fell behind: " + response));
        }
      }
      case SNAPSHOT_END -> snapshotEnded = true;
      case BOOKMARK -> mode = response.getBookmark().getDetectorMode();
      case CHANGES -> {
        for (Change change : response.getChanges().getChangesList()) {
          Map<String, Sighting> ofState = seen(change.getInstance().getState());
          ofState.put(change.getInstance().getInstanceId(), new Sighting(now, change));
        }
      }
      case INSTANCES, GOODBYE, MESSAGE_NOT_SET -> {}
    }
    notifyAll();
  }

  @Override
  public synchronized void onError(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  @Override
  public void onCompleted() {
    onError(new IllegalStateException("the server ended the watch"));
  }

  /** Waits until the server judges without reservations. */
  public void awaitNormal(long timeoutSeconds) throws InterruptedException {
    await("NORMAL", timeoutSeconds, it -> it.mode == DetectorMode.DETECTOR_MODE_NORMAL);
  }

  /** Waits until the watch told this state of the instance. */
  Sighting await(State state, String instanceId, long timeoutSeconds) throws InterruptedException {
    await(state + " of " + instanceId, timeoutSeconds, it -> it.seen(state, instanceId) != null);
    Sighting sighting = seen(state, instanceId);
    if (sighting == null) {
      throw new IllegalStateException("forgotten: " + instanceId);
    }
    return sighting;
  }

  /** When the watch last told this state of the instance; null if it did not. */
  synchronized @Nullable Sighting seen(State state, String instanceId) {
    return seen(state).get(instanceId);
  }

  /** How many instances with this prefix were told to be in this state, ever. */
  synchronized long count(State state, String prefix) {
    return seen(state).keySet().stream().filter(id -> id.startsWith(prefix)).count();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private Map<String, Sighting> seen(State state) {
    Map<String, Sighting> ofState = seen.get(state);
    if (ofState == null) {
      throw new IllegalStateException("no state " + state);
    }
    return ofState;
  }

  private synchronized void await(String what, long timeoutSeconds, Predicate<WatchTap> condition)
      throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
    while (!condition.test(this)) {
      if (failure != null) {
        throw new IllegalStateException("the watch failed while waiting for " + what, failure);
      }
      long left = until - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException("waited " + timeoutSeconds + " s for " + what);
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
