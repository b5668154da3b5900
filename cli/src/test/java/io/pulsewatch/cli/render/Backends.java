package io.pulsewatch.cli.render;

import com.google.protobuf.Duration;
import io.pulsewatch.client.WatchSnapshot;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import java.util.HashMap;
import java.util.Map;

/** Instances of {@code orders}, and what a watch tells of them. Stateless. */
final class Backends {
  static final Bookmark WARM =
      Bookmark.newBuilder().setDetectorMode(DetectorMode.DETECTOR_MODE_NORMAL).build();

  /** Of a server that its clients queue at: it tells that mode, and warm-up beside it. */
  static final Bookmark WARMING_UP =
      Bookmark.newBuilder()
          .setDetectorMode(DetectorMode.DETECTOR_MODE_ADMITTING)
          .setWarmingUp(true)
          .build();

  private Backends() {}

  static Instance.Builder alive(String id, int port) {
    return Instance.newBuilder()
        .setService("orders")
        .setInstanceId(id)
        .setIncarnation(port)
        .setState(State.STATE_ALIVE)
        .setStatus(Status.STATUS_SERVING)
        .setServing(true)
        .setWeight(1)
        .setTimeout(Duration.newBuilder().setSeconds(6))
        .addEndpoints(Endpoint.newBuilder().setHost("10.0.0.1").setPort(port));
  }

  static Instance.Builder suspect(String id, int port) {
    return alive(id, port).setState(State.STATE_SUSPECT).setServing(false);
  }

  static Instance.Builder dead(String id, int port) {
    return alive(id, port).setState(State.STATE_DEAD).setServing(false);
  }

  static Change change(long revision, Instance.Builder after) {
    return Change.newBuilder().setRevision(revision).setInstance(after).build();
  }

  static WatchSnapshot snapshot(long revision, Instance.Builder... all) {
    Map<InstanceName, Instance> instances = new HashMap<>();
    for (Instance.Builder each : all) {
      InstanceName name =
          InstanceName.newBuilder()
              .setService(each.getService())
              .setInstanceId(each.getInstanceId())
              .build();
      instances.put(name, each.build());
    }
    return new WatchSnapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, 0, revision, instances);
  }
}
