package io.pulsewatch.client;

import static io.pulsewatch.client.ScriptedServer.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.ChangeBatch;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.InstanceBatch;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.SnapshotBegin;
import io.pulsewatch.v1.SnapshotEnd;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A watcher on a gRPC stream in this process. Confined to the test's thread. */
final class WatcherStreamTest {
  @RegisterExtension final ScriptedServer server = new ScriptedServer();

  private WatcherRig rig;

  @BeforeEach
  void watch() {
    rig = new WatcherRig(server, PulsewatchWatcher.builder().service("orders")).turn();
  }

  private void send(WatchResponse.Builder response) {
    server.watch().send(response.build());
    rig.turn();
  }

  private void snapshot(SnapshotReason reason, long revision, Instance... instances) {
    send(
        WatchResponse.newBuilder()
            .setSnapshotBegin(SnapshotBegin.newBuilder().setReason(reason).setSkipped(3)));
    for (Instance instance : instances) {
      send(
          WatchResponse.newBuilder()
              .setInstances(InstanceBatch.newBuilder().addInstances(instance)));
    }
    send(
        WatchResponse.newBuilder()
            .setRevision(revision)
            .setResumeToken("r" + revision)
            .setSnapshotEnd(SnapshotEnd.newBuilder().setCount(instances.length)));
  }

  private void changes(Change... changes) {
    long revision = changes[changes.length - 1].getRevision();
    send(
        WatchResponse.newBuilder()
            .setRevision(revision)
            .setResumeToken("r" + revision)
            .setChanges(ChangeBatch.newBuilder().addAllChanges(List.of(changes))));
  }

  private static Instance instance(String id, long revision, State state) {
    return Instance.newBuilder()
        .setService("orders")
        .setInstanceId(id)
        .setRevision(revision)
        .setState(state)
        .build();
  }

  private static Change.Builder change(long revision, String id, State state, Cause cause) {
    return Change.newBuilder()
        .setRevision(revision)
        .setInstance(instance(id, revision, state))
        .setCause(cause);
  }

  private static InstanceName name(String id) {
    return InstanceName.newBuilder().setService("orders").setInstanceId(id).build();
  }

  private State stateOf(String id) {
    return rig.core().view().getOrDefault(name(id), Instance.getDefaultInstance()).getState();
  }

  private void initial() {
    snapshot(
        SnapshotReason.SNAPSHOT_REASON_INITIAL,
        10,
        instance("a", 8, State.STATE_ALIVE),
        instance("b", 9, State.STATE_ALIVE));
    rig.told();
  }

  @Test
  void asksForWhatItWants() {
    WatcherBuilder builder =
        PulsewatchWatcher.builder()
            .service("orders", "pay*")
            .labelSelector("env=prod")
            .states(State.STATE_ALIVE, State.STATE_SUSPECT)
            .everyChange()
            .failIfCompacted()
            .resumeToken("r5")
            .bookmarkInterval(Duration.ofMillis(1500));
    rig = new WatcherRig(server, builder).turn();
    assertThat(server.watch().request())
        .isEqualTo(
            WatchRequest.newBuilder()
                .addServices("orders")
                .addServices("pay*")
                .setLabelSelector("env=prod")
                .addStates(State.STATE_ALIVE)
                .addStates(State.STATE_SUSPECT)
                .setDelivery(Delivery.DELIVERY_EVERY_CHANGE)
                .setFailIfCompacted(true)
                .setResumeToken("r5")
                .setBookmarkInterval(Durations.toProto(1_500_000_000L))
                .build());
  }

  @Test
  void aSnapshotBecomesTheViewWhenItIsWhole() {
    send(WatchResponse.newBuilder().setSnapshotBegin(SnapshotBegin.getDefaultInstance()));
    send(
        WatchResponse.newBuilder()
            .setInstances(
                InstanceBatch.newBuilder().addInstances(instance("a", 8, State.STATE_ALIVE))));
    assertThat(rig.core().view()).isEmpty();
    send(
        WatchResponse.newBuilder()
            .setResumeToken("r10")
            .setRevision(10)
            .setSnapshotEnd(SnapshotEnd.getDefaultInstance()));
    assertThat(rig.core().view()).containsOnlyKeys(name("a"));
    assertThat(rig.snapshots().get(0).revision()).isEqualTo(10);
    assertThat(rig.core().resumeToken()).isEqualTo("r10");
    assertThat(rig.responses()).isEqualTo(3);
  }

  @Test
  void changesMoveTheView() {
    initial();
    changes(
        change(11, "a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST).build(),
        change(12, "c", State.STATE_ALIVE, Cause.CAUSE_REGISTERED).build());
    assertThat(rig.told()).containsExactly("change 11 a STREAM_LOST", "change 12 c REGISTERED");
    assertThat(rig.core().view()).containsOnlyKeys(name("a"), name("b"), name("c"));
    assertThat(stateOf("a")).isEqualTo(State.STATE_SUSPECT);
  }

  @Test
  void whatLeftTheViewOrWasRemovedIsForgotten() {
    initial();
    changes(
        change(11, "a", State.STATE_DEAD, Cause.CAUSE_SILENCE).setLeftView(true).build(),
        change(12, "b", State.STATE_LEFT, Cause.CAUSE_REMOVED).build());
    assertThat(rig.core().view()).isEmpty();
  }

  @Test
  void anOldChangeChangesNothing() {
    initial();
    changes(change(7, "a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST).build());
    changes(change(8, "b", State.STATE_DEAD, Cause.CAUSE_REMOVED).setLeftView(true).build());
    assertThat(stateOf("a")).isEqualTo(State.STATE_ALIVE);
    assertThat(rig.core().view()).containsKey(name("b"));
  }

  @Test
  void theViewIsACopy() {
    initial();
    var before = rig.core().view();
    assertThat(rig.core().view()).isSameAs(before);
    changes(change(11, "a", State.STATE_DEAD, Cause.CAUSE_SILENCE).setLeftView(true).build());
    assertThat(before).containsOnlyKeys(name("a"), name("b"));
    assertThat(rig.core().view()).containsOnlyKeys(name("b"));
  }

  @Test
  void foldedChangesAreCounted() {
    initial();
    send(
        WatchResponse.newBuilder()
            .setChanges(
                ChangeBatch.newBuilder()
                    .setFolded(4)
                    .addChanges(change(20, "a", State.STATE_ALIVE, Cause.CAUSE_REPORTED))));
    assertThat(rig.told()).containsExactly("folded 4", "change 20 a REPORTED");
  }

  @Test
  void resumesFromItsNewestTokenAndKeepsItsView() {
    initial();
    send(
        WatchResponse.newBuilder()
            .setResumeToken("r15")
            .setBookmark(Bookmark.getDefaultInstance()));
    server.watch().responses().onError(error(Code.UNAVAILABLE));
    rig.turn();
    assertThat(rig.told()).containsExactly("bookmark", "disconnected UNAVAILABLE 0");
    assertThat(server.watches()).hasSize(2);
    assertThat(server.watch().request().getResumeToken()).isEqualTo("r15");
    assertThat(server.watch().request().getServicesList()).containsExactly("orders");
    assertThat(rig.core().view()).hasSize(2);
    changes(change(16, "c", State.STATE_ALIVE, Cause.CAUSE_REGISTERED).build());
    assertThat(rig.core().view()).hasSize(3);
    assertThat(server.openChannels()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"COMPACTED", "OVERFLOW", "LINEAGE", "TAIL_LOST"})
  void anotherSnapshotReplacesTheViewAndSaysWhy(String reason) {
    initial();
    snapshot(
        SnapshotReason.valueOf("SNAPSHOT_REASON_" + reason),
        5,
        instance("z", 4, State.STATE_ALIVE));
    assertThat(rig.told()).containsExactly("snapshot " + reason + " of 1, skipped 3");
    assertThat(rig.core().view()).containsOnlyKeys(name("z"));
  }

  @Test
  void aSnapshotThatWasCutIsBegunAgain() {
    initial();
    send(WatchResponse.newBuilder().setSnapshotBegin(SnapshotBegin.getDefaultInstance()));
    send(
        WatchResponse.newBuilder()
            .setInstances(
                InstanceBatch.newBuilder().addInstances(instance("x", 1, State.STATE_ALIVE))));
    server.watch().responses().onError(error(Code.UNAVAILABLE));
    rig.turn();
    assertThat(server.watch().request().getResumeToken()).isEqualTo("r10");
    assertThat(rig.core().view()).containsOnlyKeys(name("a"), name("b"));
    snapshot(SnapshotReason.SNAPSHOT_REASON_COMPACTED, 30, instance("y", 2, State.STATE_ALIVE));
    assertThat(rig.core().view()).containsOnlyKeys(name("y"));
  }

  @Test
  void nothingMoreIsAskedForWhileTheListenerIsCalled() {
    initial();
    assertThat(server.watch().wantsMore()).isTrue();
    rig.onTold(line -> assertThat(server.watch().wantsMore()).as(line).isFalse());
    changes(change(11, "a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST).build());
    assertThat(rig.told()).hasSize(1);
    assertThat(server.watch().wantsMore()).isTrue();
  }

  @Test
  void theViewIsUpToDateWhenTheListenerIsCalled() {
    initial();
    rig.onTold(line -> assertThat(rig.core().view()).containsOnlyKeys(name("b")));
    changes(change(11, "a", State.STATE_DEAD, Cause.CAUSE_SILENCE).setLeftView(true).build());
    assertThat(rig.told()).hasSize(1);
  }

  @Test
  void aListenerThatThrowsStopsNothing() {
    initial();
    rig.onTold(
        line -> {
          throw new IllegalStateException("thrown by the test");
        });
    changes(change(11, "a", State.STATE_SUSPECT, Cause.CAUSE_STREAM_LOST).build());
    rig.onTold(line -> {});
    changes(change(12, "a", State.STATE_ALIVE, Cause.CAUSE_RECOVERED).build());
    assertThat(rig.told()).endsWith("change 12 a RECOVERED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVALID_ARGUMENT", "PERMISSION_DENIED", "OUT_OF_RANGE"})
  void aRefusalThatNoRetryMendsStopsForGood(Code code) {
    server.watch().responses().onError(error(code));
    rig.turn();
    assertThat(rig.told()).containsExactly("failed " + code);
    assertThat(rig.isOver()).isTrue();
    assertThat(server.openChannels()).isZero();
  }

  @Test
  void tooManyWatchersWaitAsTold() {
    server
        .watch()
        .responses()
        .onError(error(Code.RESOURCE_EXHAUSTED, "WATCHERS", Duration.ofMillis(900)));
    rig.turn().advance(899);
    assertThat(server.watches()).hasSize(1);
    rig.advance(1);
    assertThat(server.watches()).hasSize(2);
    assertThat(rig.told()).containsExactly("disconnected RESOURCE_EXHAUSTED 900");
  }

  @Test
  void aGoodbyeIsFollowedAfterItsWait() {
    initial();
    Goodbye goodbye =
        Goodbye.newBuilder().setReconnectAfter(Durations.toProto(Duration.ofSeconds(3))).build();
    send(WatchResponse.newBuilder().setGoodbye(goodbye));
    server.watch().responses().onCompleted();
    rig.turn().advance(2999);
    assertThat(server.watches()).hasSize(1);
    rig.advance(1);
    assertThat(server.watches()).hasSize(2);
  }

  @Test
  void aSilentServerIsReplaced() {
    initial();
    rig.advance(21_019);
    assertThat(server.watches()).hasSize(1);
    rig.advance(1);
    assertThat(server.watches()).hasSize(2);
    assertThat(server.watch().request().getResumeToken()).isEqualTo("r10");
  }

  @Test
  void closingEndsTheStreamAndTheCalls() {
    initial();
    server
        .watch()
        .send(
            WatchResponse.newBuilder()
                .setChanges(
                    ChangeBatch.newBuilder()
                        .addChanges(change(11, "a", State.STATE_ALIVE, Cause.CAUSE_REPORTED)))
                .build());
    rig.core().close();
    rig.turn();
    assertThat(rig.told()).isEmpty();
    assertThat(rig.isOver()).isTrue();
    assertThat(server.openChannels()).isZero();
  }

  /** Revisions of another ledger mean nothing to this one, and it would refuse greater ones. */
  @Test
  void whatWasDoneOfAnotherLineageIsNotSaidAgain() {
    rig = new WatcherRig(server, PulsewatchWatcher.builder().service("orders").name("lb")).turn();
    snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, 900);
    rig.core().acknowledge(900);
    rig.turn();
    assertThat(server.acknowledged()).containsExactly(900L);
    snapshot(SnapshotReason.SNAPSHOT_REASON_LINEAGE, 20);
    rig.core().acknowledge(20);
    rig.turn();
    assertThat(server.acknowledged()).containsExactly(900L, 20L);
  }
}
