package io.pulsewatch.cli;

import com.google.protobuf.Timestamp;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ChangeBatch;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceBatch;
import io.pulsewatch.v1.Previous;
import io.pulsewatch.v1.SnapshotBegin;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.WatchResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Messages of the contract to print. Immutable. */
final class Samples {

  private Samples() {}

  static Instance instance(String service, String id, State state) {
    return Instance.newBuilder()
        .setService(service)
        .setInstanceId(id)
        .setIncarnation(41)
        .setRevision(42)
        .setState(state)
        .setStatus(Status.STATUS_SERVING)
        .setServing(state == State.STATE_ALIVE)
        .setSince(ago(Duration.ofMinutes(5)))
        .setLastHeartbeatAt(ago(Duration.ofSeconds(1)))
        .setLastSequence(150)
        .setInterval(Spans.toProto(Duration.ofSeconds(2)))
        .setTimeout(Spans.toProto(Duration.ofSeconds(6)))
        .build();
  }

  static Instance furnished(String service, String id, State state) {
    return instance(service, id, state).toBuilder()
        .putLabels("tier", "web")
        .putLabels("env", "prod")
        .addEndpoints(Endpoint.newBuilder().setName("grpc").setHost("10.0.0.1").setPort(8080))
        .addEndpoints(Endpoint.newBuilder().setHost("::1").setPort(80))
        .setZone("eu-1")
        .setWeight(100)
        .setVersion("1.2.3")
        .setSuspicion(0.25)
        .build();
  }

  static Change change(Instance after, State before, Cause cause) {
    return Change.newBuilder()
        .setRevision(after.getRevision())
        .setAt(ago(Duration.ZERO))
        .setInstance(after)
        .setPrevious(Previous.newBuilder().setState(before).setStatus(after.getStatus()))
        .setCause(cause)
        .build();
  }

  static List<WatchResponse> snapshot(SnapshotReason reason, Instance... instances) {
    return List.of(
        WatchResponse.newBuilder()
            .setSnapshotBegin(SnapshotBegin.newBuilder().setReason(reason))
            .build(),
        WatchResponse.newBuilder()
            .setInstances(InstanceBatch.newBuilder().addAllInstances(List.of(instances)))
            .build(),
        WatchResponse.newBuilder()
            .setRevision(42)
            .setResumeToken("t42")
            .setSnapshotEnd(SnapshotEnd.newBuilder().setCount(instances.length))
            .build());
  }

  static WatchResponse changes(Change... changes) {
    return WatchResponse.newBuilder()
        .setRevision(43)
        .setResumeToken("t43")
        .setChanges(ChangeBatch.newBuilder().addAllChanges(List.of(changes)))
        .build();
  }

  static Timestamp ago(Duration age) {
    Instant at = Shell.NOW.minus(age);
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
