package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.watch.Goodbye;
import io.pulsewatch.server.watch.WatchLimits;
import io.pulsewatch.server.watch.World;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.GoodbyeReason;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Watch RPC promises on the wire. */
final class WatchContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final WatchRig rig = new WatchRig(grpc);
  private final World world = rig.world;

  @Test
  void snapshotThenChanges() {
    world.register("orders/a", "env=prod").report("orders/a", Status.DEGRADED);
    Messages<WatchRequest, WatchResponse> watch = watch(WatchRequest.newBuilder());
    WatchResponse begin = watch.next();
    assertThat(begin.getSnapshotBegin().getReason())
        .isEqualTo(SnapshotReason.SNAPSHOT_REASON_INITIAL);
    WatchResponse instances = watch.next();
    assertThat(List.of(begin, instances)).allMatch(m -> m.getResumeToken().isEmpty());
    Instance a = instances.getInstances().getInstances(0);
    assertThat(a.getService()).isEqualTo("orders");
    assertThat(a.getInstanceId()).isEqualTo("a");
    assertThat(a.getState()).isEqualTo(State.STATE_ALIVE);
    assertThat(a.getLabelsMap()).containsEntry("env", "prod");
    WatchResponse end = watch.next();
    assertThat(end.getSnapshotEnd().getCount()).isEqualTo(1);
    assertThat(end.getRevision()).isEqualTo(world.revision());
    assertThat(end.getResumeToken()).isNotEmpty();

    world.go("orders/a", io.pulsewatch.server.liveness.State.SUSPECT);
    WatchResponse changes = watch.next();
    assertThat(changes.getRevision()).isEqualTo(world.revision());
    assertThat(changes.getResumeToken()).isNotEmpty().isNotEqualTo(end.getResumeToken());
    Change change = changes.getChanges().getChanges(0);
    assertThat(change.getRevision()).isEqualTo(world.revision());
    assertThat(change.getCause()).isEqualTo(Cause.CAUSE_STREAM_LOST);
    assertThat(change.getInstance().getState()).isEqualTo(State.STATE_SUSPECT);
    assertThat(change.getPrevious().getState()).isEqualTo(State.STATE_ALIVE);
    assertThat(change.getPrevious().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DEGRADED);
    assertThat(change.getPrevious().getLabelsMap()).containsEntry("env", "prod");
    assertThat(change.getLeftView()).isFalse();
    assertThat(watch.isQuiet()).isTrue();
  }

  @Test
  void leftViewAndFiltersByStateAndLabels() {
    world.register("orders/a", "env=prod").register("orders/b", "env=dev");
    Messages<WatchRequest, WatchResponse> watch =
        watch(
            WatchRequest.newBuilder()
                .addServices("ord*")
                .setLabelSelector("env in (prod)")
                .addStates(State.STATE_ALIVE));
    watch.next();
    assertThat(watch.next().getInstances().getInstancesCount()).isEqualTo(1);
    watch.next();
    world.go("orders/a", io.pulsewatch.server.liveness.State.DEAD);
    assertThat(watch.next().getChanges().getChanges(0).getLeftView()).isTrue();
    world.relabel("orders/a", "env=x").go("orders/b", io.pulsewatch.server.liveness.State.LEFT);
    assertThat(watch.isQuiet()).isTrue();
  }

  /** Two filters see the same change; only one of them is told that it left. */
  @Test
  void leftViewBelongsToAFilter() {
    world.register("orders/a");
    Messages<WatchRequest, WatchResponse> all = live(WatchRequest.newBuilder());
    Messages<WatchRequest, WatchResponse> alive =
        live(WatchRequest.newBuilder().addStates(State.STATE_ALIVE));
    Messages<WatchRequest, WatchResponse> named =
        live(WatchRequest.newBuilder().addServices("orders"));
    world.go("orders/a", io.pulsewatch.server.liveness.State.SUSPECT);
    assertThat(alive.next().getChanges().getChanges(0).getLeftView()).isTrue();
    assertThat(all.next().getChanges().getChanges(0).getLeftView()).isFalse();
    assertThat(named.next().getChanges().getChanges(0).getLeftView()).isFalse();
  }

  @Test
  void resumeBeginsWithABookmark() {
    world.register("orders/a");
    Messages<WatchRequest, WatchResponse> first = watch(WatchRequest.newBuilder());
    first.next();
    first.next();
    WatchResponse end = first.next();
    first.cancel();
    rig.turn();
    assertThat(world.hub.watchers()).isZero();
    world.go("orders/a", io.pulsewatch.server.liveness.State.DEAD);
    Messages<WatchRequest, WatchResponse> second =
        watch(WatchRequest.newBuilder().setResumeToken(end.getResumeToken()));
    WatchResponse greeting = second.next();
    assertThat(greeting.hasBookmark()).isTrue();
    assertThat(greeting.getRevision()).isEqualTo(end.getRevision());
    assertThat(greeting.getBookmark().hasMaxStaleness()).isFalse();
    assertThat(second.next().getChanges().getChanges(0).getCause()).isEqualTo(Cause.CAUSE_SILENCE);
  }

  @Test
  void bookmarksTellHowWeJudge() {
    Messages<WatchRequest, WatchResponse> watch =
        live(WatchRequest.newBuilder().setBookmarkInterval(Duration.newBuilder().setSeconds(1)));
    world.pass(1_000);
    WatchResponse response = watch.next();
    assertThat(response.getRevision()).isEqualTo(World.START_REVISION);
    assertThat(response.getResumeToken()).isNotEmpty();
    Bookmark bookmark = response.getBookmark();
    assertThat(bookmark.getDetectorMode()).isEqualTo(DetectorMode.DETECTOR_MODE_WARM_UP);
    assertThat(bookmark.getPauses()).isEqualTo(3);
    assertThat(bookmark.getPaused()).isEqualTo(Duration.newBuilder().setSeconds(4).build());
    assertThat(Nanos.of(bookmark.getMaxStaleness())).isBetween(0L, 10_000_000L);
    world.pass(2_000);
    watch.next();
    watch.next();
    assertThat(watch.isQuiet()).isTrue();
  }

  /** Nothing is written that the client has not room for; it costs neither memory nor others. */
  @Test
  void whoDoesNotReadIsNotWrittenTo() {
    world.register("orders/a");
    Messages<WatchRequest, WatchResponse> slow = new Messages<>(3);
    rig.watches().watch(WatchRequest.getDefaultInstance(), slow);
    Messages<WatchRequest, WatchResponse> other = live(WatchRequest.newBuilder());
    slow.next();
    slow.next();
    slow.next();
    for (int i = 0; i < 10; i++) {
      world.report("orders/a", i % 2 == 0 ? Status.STARTING : Status.SERVING);
      other.next();
    }
    world.go("orders/a", io.pulsewatch.server.liveness.State.SUSPECT);
    rig.turn();
    slow.read(1);
    rig.turn();
    WatchResponse folded = slow.next();
    assertThat(folded.getChanges().getChangesCount()).isEqualTo(1);
    assertThat(folded.getChanges().getFolded()).isEqualTo(10);
    assertThat(folded.getRevision()).isEqualTo(world.revision());
    assertThat(slow.isQuiet()).isTrue();
  }

  @Test
  void everyChangeThatOverflowsStartsOver() {
    WatchRig small = new WatchRig(grpc, new WatchLimits(10, 2));
    small.world.register("orders/a");
    Messages<WatchRequest, WatchResponse> watch = new Messages<>(3);
    small
        .watches()
        .watch(
            WatchRequest.newBuilder().setDelivery(Delivery.DELIVERY_EVERY_CHANGE).build(), watch);
    small.turn();
    watch.next();
    watch.next();
    watch.next();
    for (int i = 0; i < 5; i++) {
      small.world.report("orders/a", Status.DEGRADED);
    }
    watch.read(9);
    small.turn();
    WatchResponse begin = watch.next();
    assertThat(begin.getSnapshotBegin().getReason())
        .isEqualTo(SnapshotReason.SNAPSHOT_REASON_OVERFLOW);
    assertThat(begin.getSnapshotBegin().getSkipped()).isEqualTo(5);
  }

  @Test
  void aTokenTooOldMayFail() {
    WatchRig small = new WatchRig(grpc, new WatchLimits(10, 2, 1, 1_000, 500));
    small.world.register("orders/a").register("orders/b");
    Messages<WatchRequest, WatchResponse> first = new Messages<>();
    small.watches().watch(WatchRequest.getDefaultInstance(), first);
    small.turn();
    first.next();
    first.next();
    String token = first.next().getResumeToken();
    small.world.remove("orders/a").remove("orders/b").register("orders/c");
    Messages<WatchRequest, WatchResponse> strict = new Messages<>();
    WatchRequest.Builder request = WatchRequest.newBuilder().setResumeToken(token);
    small.watches().watch(request.setFailIfCompacted(true).build(), strict);
    small.turn();
    strict.fault().is(Code.OUT_OF_RANGE, "COMPACTED").naming("without a token");
    Messages<WatchRequest, WatchResponse> lenient = new Messages<>();
    small.watches().watch(request.setFailIfCompacted(false).build(), lenient);
    small.turn();
    assertThat(lenient.next().getSnapshotBegin().getReason())
        .isEqualTo(SnapshotReason.SNAPSHOT_REASON_COMPACTED);
  }

  @Test
  void aPageOfAListIsAToken() {
    world.register("orders/a").register("orders/b").register("orders/c");
    Reply<ListInstancesResponse> page = new Reply<>();
    rig.registry()
        .listInstances(
            ListInstancesRequest.newBuilder().addServices("orders").setPageSize(1).build(), page);
    world.go("orders/a", io.pulsewatch.server.liveness.State.DEAD);
    Messages<WatchRequest, WatchResponse> watch =
        watch(
            WatchRequest.newBuilder()
                .addServices("orders")
                .setResumeToken(page.get().getNextPageToken()));
    assertThat(watch.next().hasBookmark()).isTrue();
    assertThat(watch.next().getChanges().getChanges(0).getInstance().getInstanceId())
        .isEqualTo("a");
  }

  @Test
  void goodbye() {
    Messages<WatchRequest, WatchResponse> watch = live(WatchRequest.newBuilder());
    world.hub.sayGoodbye(
        new Goodbye(
            Goodbye.Reason.DRAIN, TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(3)));
    assertThat(watch.next().hasBookmark()).isTrue();
    io.pulsewatch.v1.Goodbye goodbye = watch.next().getGoodbye();
    assertThat(goodbye.getReason()).isEqualTo(GoodbyeReason.GOODBYE_REASON_DRAIN);
    assertThat(goodbye.getReconnectAfter().getSeconds()).isEqualTo(2);
    assertThat(goodbye.getSpread().getSeconds()).isEqualTo(3);
    Fault fault = watch.fault().is(Code.UNAVAILABLE, "DRAINING").withRetry();
    assertThat(fault.retryDelay()).isEqualTo(Duration.newBuilder().setSeconds(2).build());
  }

  @Test
  void tooManyWatchers() {
    WatchRig small = new WatchRig(grpc, new WatchLimits(1, 10));
    small.watches().watch(WatchRequest.getDefaultInstance(), new Messages<>());
    Messages<WatchRequest, WatchResponse> second = new Messages<>();
    small.watches().watch(WatchRequest.getDefaultInstance(), second);
    small.turn();
    second.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_WATCHERS").withRetry();
  }

  /** Translations are remembered for a while, and never mistaken for each other. */
  @Test
  void eachChangeIsItself() {
    world.register("orders/a");
    Messages<WatchRequest, WatchResponse> watch = live(WatchRequest.newBuilder());
    for (int i = 0; i < 2_100; i++) {
      world.report("orders/a", i % 2 == 0 ? Status.STARTING : Status.SERVING);
      assertThat(watch.next().getChanges().getChanges(0).getRevision()).isEqualTo(world.revision());
    }
  }

  /** The fan-out thread may write to a call that is gone until it hears of it. */
  @Test
  void aWatchThatIsCancelledMeanwhileBreaksNothing() {
    Messages<WatchRequest, WatchResponse> watch = live(WatchRequest.newBuilder());
    Messages<WatchRequest, WatchResponse> other = live(WatchRequest.newBuilder());
    watch.cancel();
    world.register("orders/a").hold().register("orders/b").release();
    assertThat(other.next().hasChanges()).isTrue();
    world.hub.sayGoodbye(new Goodbye(Goodbye.Reason.SHUTDOWN, 0, 0));
    rig.turn();
    assertThat(other.next().hasChanges()).isTrue();
    assertThat(other.next().hasBookmark()).isTrue();
    other.next();
    other.fault().is(Code.UNAVAILABLE, "GOODBYE");
    assertThat(world.hub.watchers()).isZero();
  }

  @Test
  void aWatchThatIsCancelledBeforeItBeganIsForgotten() {
    Messages<WatchRequest, WatchResponse> watch = new Messages<>();
    rig.watches().watch(WatchRequest.getDefaultInstance(), watch);
    watch.cancel();
    rig.turn();
    assertThat(world.hub.watchers()).isZero();
  }

  @Test
  void badRequestsNameTheField() {
    refused(WatchRequest.newBuilder().addServices("a/b"), "BAD_GLOB", "services[0]");
    refused(
        WatchRequest.newBuilder().addAllServices(Collections.nCopies(65, "a*")),
        "BAD_GLOB",
        "services: 65");
    refused(
        WatchRequest.newBuilder().setLabelSelector("env in prod"),
        "BAD_SELECTOR",
        "label_selector: found 'p' at 7");
    refused(
        WatchRequest.newBuilder().addStatesValue(1).addStatesValue(9),
        "BAD_STATES",
        "states[1]: 9");
    refused(WatchRequest.newBuilder().addStatesValue(0), "BAD_STATES", "states[0]: 0");
    refused(WatchRequest.newBuilder().setDeliveryValue(7), "BAD_DELIVERY", "delivery: 7");
    refused(interval(0, 99_999_999), "BAD_BOOKMARK_INTERVAL", "bookmark_interval");
    refused(interval(600, 1), "BAD_BOOKMARK_INTERVAL", "bookmark_interval");
    refused(WatchRequest.newBuilder().setResumeToken("?"), "BAD_TOKEN", "resume_token");
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 600_000})
  void bookmarkIntervalsInRange(long millis) {
    WatchRequest.Builder request =
        interval(millis / 1_000, (int) TimeUnit.MILLISECONDS.toNanos(millis % 1_000));
    assertThat(watch(request).next().hasSnapshotBegin()).isTrue();
  }

  private static WatchRequest.Builder interval(long seconds, int nanos) {
    return WatchRequest.newBuilder()
        .setBookmarkInterval(Duration.newBuilder().setSeconds(seconds).setNanos(nanos));
  }

  private void refused(WatchRequest.Builder request, String reason, String named) {
    watch(request).fault().is(Code.INVALID_ARGUMENT, reason).naming(named);
  }

  private Messages<WatchRequest, WatchResponse> watch(WatchRequest.Builder request) {
    Messages<WatchRequest, WatchResponse> watch = new Messages<>();
    rig.watches().watch(request.build(), watch);
    rig.turn();
    return watch;
  }

  /** A watch that has its snapshot behind it. */
  private Messages<WatchRequest, WatchResponse> live(WatchRequest.Builder request) {
    Messages<WatchRequest, WatchResponse> watch = watch(request);
    while (!watch.next().hasSnapshotEnd()) {
      assertThat(watch.isQuiet()).isFalse();
    }
    return watch;
  }
}
