package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.grpc.health.v1.HealthCheckRequest;
import io.pulsewatch.grpc.health.v1.HealthCheckResponse;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A watch takes room for what it has not read, and gives it back however it ends. */
final class OutletTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private final WatchRig rig = new WatchRig(grpc);

  @Test
  void whoReadsAllTakesNoRoom() {
    rig.world.register("orders/a");
    Messages<WatchRequest, WatchResponse> all = watch(Integer.MAX_VALUE);
    rig.world.go("orders/a", State.SUSPECT);
    rig.turn();
    assertThat(taken()).isZero();
    all.next();
    all.next();
    all.next();
    assertThat(all.next().hasChanges()).isTrue();
  }

  @Test
  void oneMessageWaitsAndTheNextComesWhenItIsTaken() {
    Messages<WatchRequest, WatchResponse> slow = watch(1);
    assertThat(slow.next().hasSnapshotBegin()).isTrue();
    long one = taken();
    assertThat(one).isPositive();
    rig.world.register("orders/a").go("orders/a", State.SUSPECT);
    rig.turn();
    assertThat(taken()).as("it waits for no second one").isEqualTo(one);
    assertThat(slow.isQuiet()).isTrue();
    slow.read(10);
    rig.turn();
    assertThat(taken()).isZero();
    slow.next();
    assertThat(slow.next().hasSnapshotEnd()).isTrue();
  }

  @Test
  void aCancelledWatchGivesItsRoomBack() {
    Messages<WatchRequest, WatchResponse> slow = watch(1);
    Messages<HealthCheckRequest, HealthCheckResponse> health = new Messages<>(1);
    rig.health().watch(HealthCheckRequest.getDefaultInstance(), health);
    rig.turn();
    assertThat(taken()).isPositive();
    slow.cancel();
    health.cancel();
    rig.turn();
    assertThat(taken()).isZero();
  }

  @Test
  void aWatchThatWeEndGivesItsRoomBack() {
    Messages<WatchRequest, WatchResponse> slow = watch(1);
    assertThat(taken()).isPositive();
    rig.world.hub.sayGoodbye(new Goodbye(Goodbye.Reason.SHUTDOWN, 0, 0));
    slow.read(10);
    rig.turn();
    assertThat(taken()).isZero();
  }

  private Messages<WatchRequest, WatchResponse> watch(int initially) {
    Messages<WatchRequest, WatchResponse> messages = new Messages<>(initially);
    rig.watches().watch(WatchRequest.getDefaultInstance(), messages);
    rig.turn();
    return messages;
  }

  private long taken() {
    return rig.world.hub.room().takenBytes();
  }
}
