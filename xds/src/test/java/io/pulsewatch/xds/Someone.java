package io.pulsewatch.xds;

import com.google.protobuf.Duration;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ChangeBatch;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceBatch;
import io.pulsewatch.v1.SnapshotBegin;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.WatchResponse;
import java.util.List;

/** Instances, and what a watch tells of them. Stateless. */
final class Someone {
  private Someone() {}

  /** An instance of orders on a port of its own, alive and serving. */
  static Instance.Builder alive(String id, int port) {
    return alive("orders", id, port);
  }

  static Instance.Builder alive(String service, String id, int port) {
    return Instance.newBuilder()
        .setService(service)
        .setInstanceId(id)
        .setIncarnation(1)
        .setState(State.STATE_ALIVE)
        .setStatus(Status.STATUS_SERVING)
        .setServing(true)
        .setTimeout(Duration.newBuilder().setSeconds(6))
        .addEndpoints(Endpoint.newBuilder().setHost("10.0.0.1").setPort(port));
  }

  static Instance.Builder suspect(String id, int port) {
    return alive(id, port).setState(State.STATE_SUSPECT).setServing(false);
  }

  static Instance.Builder dead(String id, int port) {
    return alive(id, port).setState(State.STATE_DEAD).setServing(false);
  }

  static WatchResponse change(Instance.Builder... after) {
    ChangeBatch.Builder batch = ChangeBatch.newBuilder();
    for (Instance.Builder each : after) {
      batch.addChanges(Change.newBuilder().setInstance(each));
    }
    return WatchResponse.newBuilder().setChanges(batch).build();
  }

  static WatchResponse removed(Instance.Builder last) {
    return WatchResponse.newBuilder()
        .setChanges(
            ChangeBatch.newBuilder()
                .addChanges(Change.newBuilder().setInstance(last).setCause(Cause.CAUSE_REMOVED)))
        .build();
  }

  static List<WatchResponse> snapshot(Instance.Builder... all) {
    InstanceBatch.Builder batch = InstanceBatch.newBuilder();
    for (Instance.Builder each : all) {
      batch.addInstances(each);
    }
    return List.of(
        WatchResponse.newBuilder().setSnapshotBegin(SnapshotBegin.getDefaultInstance()).build(),
        WatchResponse.newBuilder().setInstances(batch).build(),
        WatchResponse.newBuilder().setSnapshotEnd(SnapshotEnd.getDefaultInstance()).build());
  }
}
