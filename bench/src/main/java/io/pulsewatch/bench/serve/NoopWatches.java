package io.pulsewatch.bench.serve;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ChangeBatch;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.SnapshotBegin;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import io.pulsewatch.v1.WatchServiceGrpc;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Watches that decide nothing, number nothing and keep nothing: whoever sees a stream begin or
 * break writes the message to all watchers. Thread-safe: each watcher is written under its lock.
 */
final class NoopWatches extends WatchServiceGrpc.WatchServiceImplBase {
  private final List<StreamObserver<WatchResponse>> watchers = new CopyOnWriteArrayList<>();

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchResponse> answers) {
    ServerCallStreamObserver<WatchResponse> call =
        (ServerCallStreamObserver<WatchResponse>) answers;
    call.setOnCancelHandler(() -> watchers.remove(answers));
    answers.onNext(
        WatchResponse.newBuilder().setSnapshotBegin(SnapshotBegin.getDefaultInstance()).build());
    answers.onNext(
        WatchResponse.newBuilder().setSnapshotEnd(SnapshotEnd.getDefaultInstance()).build());
    answers.onNext(
        WatchResponse.newBuilder()
            .setBookmark(Bookmark.newBuilder().setDetectorMode(DetectorMode.DETECTOR_MODE_NORMAL))
            .build());
    watchers.add(answers);
  }

  void onBegin(InstanceName instance) {
    tell(instance, State.STATE_ALIVE, Cause.CAUSE_REGISTERED);
  }

  void onEnd(@Nullable InstanceName instance) {
    if (instance != null) {
      tell(instance, State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST);
    }
  }

  private void tell(InstanceName instance, State state, Cause cause) {
    Change change =
        Change.newBuilder()
            .setInstance(
                Instance.newBuilder()
                    .setService(instance.getService())
                    .setInstanceId(instance.getInstanceId())
                    .setState(state))
            .setCause(cause)
            .build();
    WatchResponse message =
        WatchResponse.newBuilder().setChanges(ChangeBatch.newBuilder().addChanges(change)).build();
    for (StreamObserver<WatchResponse> watcher : watchers) {
      synchronized (watcher) {
        watcher.onNext(message);
      }
    }
  }
}
