package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import io.pulsewatch.v1.AckWatchRequest;
import io.pulsewatch.v1.AckWatchResponse;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What watchers with a name say that they have acted on. */
final class AckContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final WatchRig rig = new WatchRig(grpc, WatchLimits.DEFAULT.withNames(1));
  private final World world = rig.world;

  private Messages<WatchRequest, WatchResponse> watch(String name) {
    Messages<WatchRequest, WatchResponse> watch = new Messages<>();
    rig.watches().watch(WatchRequest.newBuilder().setName(name).build(), watch);
    rig.turn();
    return watch;
  }

  private Reply<AckWatchResponse> ack(String name, long revision) {
    Reply<AckWatchResponse> reply = new Reply<>();
    rig.watches()
        .ackWatch(AckWatchRequest.newBuilder().setName(name).setRevision(revision).build(), reply);
    rig.turn();
    return reply;
  }

  @Test
  void aWatcherSaysHowFarItIs() {
    world.register("orders/a");
    Messages<WatchRequest, WatchResponse> watch = watch("lb");
    long revision = 0;
    while (!watch.isQuiet()) {
      revision = watch.next().getRevision();
    }
    assertThat(ack("lb", revision).get().getRevision()).isEqualTo(revision);
    assertThat(ack("lb", revision - 1).get().getRevision()).as("it only grows").isEqualTo(revision);
    assertThat(watch.isQuiet()).isTrue();
  }

  @Test
  void nobodyHasDoneWhatIsYetToCome() {
    watch("lb");
    ack("lb", world.revision() + 1).fault().is(Code.INVALID_ARGUMENT, "BAD_REVISION");
    ack("lb", -1).fault().is(Code.INVALID_ARGUMENT, "BAD_REVISION");
    assertThat(ack("lb", world.revision()).get().getRevision()).isEqualTo(world.revision());
  }

  @Test
  void aNameIsNeededThatSomebodyWatchedBy() {
    ack("lb", 1).fault().is(Code.NOT_FOUND, "UNKNOWN_WATCHER").naming("lb");
    ack("", 1).fault().is(Code.INVALID_ARGUMENT, "BAD_NAME");
    assertThat(watch("a/b").fault().code()).isEqualTo(Code.INVALID_ARGUMENT);
    watch("lb").cancel();
    rig.turn();
    assertThat(ack("lb", 1).get().getRevision()).as("a watch that was cut").isEqualTo(1);
  }

  @Test
  void namesHaveALimitAndWatchesWithoutOneHaveNot() {
    Messages<WatchRequest, WatchResponse> first = watch("lb-1");
    watch("lb-2").fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_NAMED_WATCHERS").withRetry();
    assertThat(watch("").next().hasSnapshotBegin()).isTrue();
    assertThat(world.hub.watchers()).isEqualTo(2);
    first.cancel();
    rig.turn();
    assertThat(watch("lb-2").next().hasSnapshotBegin()).isTrue();
    ack("lb-1", 1).fault().is(Code.NOT_FOUND, "UNKNOWN_WATCHER");
  }
}
