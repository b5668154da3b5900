package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.every;
import static io.pulsewatch.server.watch.Interests.labels;
import static io.pulsewatch.server.watch.Interests.latest;
import static io.pulsewatch.server.watch.Interests.resuming;
import static io.pulsewatch.server.watch.Interests.services;
import static io.pulsewatch.server.watch.Interests.states;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a caught-up subscriber is told, bookmarks, limits and goodbyes. */
final class HubTest {
  private static final int BATCH = WatchLimits.DEFAULT.batchSize();

  private final World world = new World();

  @Test
  void aNewWatchGetsASnapshotThenEachChange() {
    world.register("a/1").register("b/1").go("b/1", State.DEAD);
    Tape tape = Tape.on(world, latest(Filter.ALL));
    assertThat(tape.lines()).containsExactly("begin INITIAL");
    world.settle();
    assertThat(tape.lines()).containsExactly("a/1 ALIVE", "b/1 DEAD", "end 2");
    assertThat(tape.revision).isEqualTo(world.revision());

    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).register("c/1");
    assertThat(tape.lines())
        .containsExactly("a/1 STREAM_LOST SUSPECT", "a/1 RECOVERED ALIVE", "c/1 REGISTERED ALIVE");
    assertThat(tape.revision).isEqualTo(world.revision());
    assertThat(tape.known).isEqualTo(world.entries);
  }

  @Test
  void anEmptySnapshotIsASnapshot() {
    Tape tape = Tape.on(world, latest(services("nobody")));
    world.settle();
    assertThat(tape.lines()).containsExactly("begin INITIAL", "end 0");
    assertThat(tape.revision).isEqualTo(World.START_REVISION);
  }

  @Test
  void onlyWhatConcernsAWatchWakesIt() {
    Tape named = Tape.on(world, latest(services("a", "b")));
    Tape glob = Tape.on(world, latest(services("b*")));
    Tape all = Tape.on(world, latest(Filter.ALL));
    world.settle();
    named.lines();
    glob.lines();
    all.lines();
    world.register("a/1").register("b/1").register("bb/1").register("c/1");
    assertThat(named.lines()).containsExactly("a/1 REGISTERED ALIVE", "b/1 REGISTERED ALIVE");
    assertThat(glob.lines()).containsExactly("b/1 REGISTERED ALIVE", "bb/1 REGISTERED ALIVE");
    assertThat(all.lines()).hasSize(4);
    assertThat(named.revision).isEqualTo(world.revision() - 2);
  }

  @Test
  void whoLeavesTheViewByStateIsTold() {
    world.register("a/1").register("a/2").go("a/2", State.DEAD);
    Tape tape = Tape.on(world, latest(states(State.ALIVE)));
    world.settle();
    assertThat(tape.lines()).containsExactly("begin INITIAL", "a/1 ALIVE", "end 1");
    world.go("a/1", State.SUSPECT).go("a/1", State.DEAD).remove("a/1").remove("a/2");
    assertThat(tape.lines()).containsExactly("a/1 STREAM_LOST SUSPECT left");
    assertThat(tape.known).isEmpty();
  }

  @Test
  void whoLeavesTheViewByLabelsIsTold() {
    world.register("a/1", "env=prod").register("a/2", "env=dev");
    Tape tape = Tape.on(world, latest(labels("env=prod")));
    world.settle();
    tape.lines();
    world.relabel("a/1", "env=dev").relabel("a/2", "env=prod").report("a/1", Status.DRAINING);
    assertThat(tape.lines()).containsExactly("a/1 RESUMED ALIVE left", "a/2 RESUMED ALIVE");
  }

  @Test
  void aRemovalIsToldWithTheLastState() {
    world.register("a/1").go("a/1", State.LEFT);
    Tape tape = Tape.on(world, latest(Filter.ALL));
    world.settle();
    tape.lines();
    world.remove("a/1").register("a/1");
    assertThat(tape.lines()).containsExactly("a/1 REMOVED LEFT left", "a/1 REGISTERED ALIVE");
  }

  @Test
  void aBatchIsSharedByAllWhoHaveTheSameFilter() {
    Shared first = new Shared();
    Shared second = new Shared();
    world.hub.subscribe(latest(services("b", "a", "a")), first);
    world.hub.subscribe(every(services("a", "b")), second);
    world.settle();
    world.hold().register("a/1").register("b/1").release();
    assertThat(world.hub.channels()).isEqualTo(1);
    assertThat(first.batches).hasSize(1);
    assertThat(first.batches.get(0)).isSameAs(second.batches.get(0));
    assertThat(first.batches.get(0).told().changes()).hasSize(2);
  }

  @Test
  void snapshotsThatBeginTogetherAreShared() {
    world.register("a/1").register("a/2");
    Shared first = new Shared();
    Shared second = new Shared();
    world.hub.subscribe(latest(services("a")), first);
    world.hub.subscribe(latest(services("a")), second);
    world.settle();
    assertThat(first.snapshots).hasSize(1);
    assertThat(first.snapshots.get(0)).isSameAs(second.snapshots.get(0));
  }

  @Test
  void aLargeBatchIsToldInParts() {
    Tape tape = Tape.on(world, latest(Filter.ALL));
    Shared sizes = new Shared();
    world.hub.subscribe(every(Filter.ALL), sizes);
    world.settle();
    tape.lines();
    world.hold();
    for (int i = 0; i < 2 * BATCH + 1; i++) {
      world.register("a/" + i);
    }
    world.release();
    assertThat(tape.told).isEqualTo(BATCH);
    world.settle();
    assertThat(sizes.batches.stream().map(batch -> batch.told().changes().size()))
        .containsExactly(BATCH, BATCH, 1);
    assertThat(tape.folded).isZero();
    assertThat(tape.known).isEqualTo(world.entries);
    assertThat(tape.isLive()).isTrue();
  }

  @Test
  void largeInstancesMakeSmallBatches() {
    String large = "l=" + "x".repeat(300_000);
    Tape tape = Tape.on(world, latest(Filter.ALL));
    Shared sizes = new Shared();
    world.hub.subscribe(every(Filter.ALL), sizes);
    world.settle();
    world.hold();
    for (int i = 0; i < 10; i++) {
      world.register("a/" + i, large);
    }
    world.release().settle();
    assertThat(sizes.batches).hasSize(4).allMatch(batch -> batch.told().changes().size() <= 3);
    assertThat(tape.known).isEqualTo(world.entries);
  }

  @Test
  void bookmarksComeWhenNothingElseDoes() {
    Tape tape = Tape.on(world, latest(services("a")));
    world.pass(9_990);
    tape.lines();
    world.register("b/1");
    assertThat(tape.revision).isEqualTo(World.START_REVISION);
    world.pass(10);
    assertThat(tape.lines()).containsExactly("bookmark current");
    assertThat(tape.revision).isEqualTo(world.revision());
    world.pass(5_000).register("a/1");
    tape.lines();
    world.pass(9_990);
    assertThat(tape.lines()).isEmpty();
    world.pass(10);
    assertThat(tape.lines()).containsExactly("bookmark current");
  }

  @Test
  void aBookmarkWaitsForWhoIsNotReady() {
    Tape tape = Tape.on(world, latest(Filter.ALL));
    world.pass(100);
    tape.lines();
    tape.stop();
    world.pass(20_000);
    assertThat(tape.lines()).isEmpty();
    tape.go();
    world.pass(100);
    assertThat(tape.lines()).containsExactly("bookmark current");
  }

  @Test
  void whoCancelsIsForgotten() {
    Tape tape = Tape.on(world, latest(services("a")));
    Tape stopped = Tape.on(world, latest(services("b*"))).stop();
    world.settle();
    world.register("a/1").register("b/1");
    tape.lines();
    assertThat(world.hub.watchers()).isEqualTo(2);
    tape.subscription().cancel();
    tape.subscription().cancel();
    stopped.subscription().cancel();
    stopped.go();
    world.register("a/2").pass(20_000);
    assertThat(tape.lines()).isEmpty();
    assertThat(world.hub.watchers()).isZero();
    assertThat(world.hub.channels()).isZero();
    assertThat(world.hub.indexed()).isZero();
  }

  @Test
  void tooManyAreRefused() {
    World small = new World(new WatchLimits(2, 10));
    Tape first = Tape.on(small, latest(Filter.ALL));
    Tape.on(small, latest(Filter.ALL));
    assertThat(Tape.on(small, latest(services("a"))).lines()).containsExactly("ended LIMIT");
    assertThat(small.hub.channels()).isEqualTo(1);
    first.subscription().cancel();
    assertThat(Tape.on(small, latest(Filter.ALL)).lines()).containsExactly("begin INITIAL");
  }

  @Test
  void goodbyeIsPrecededByABookmarkAndEndsAll() {
    Tape live = Tape.on(world, latest(Filter.ALL));
    Tape stopped = Tape.on(world, latest(Filter.ALL));
    world.settle();
    stopped.stop();
    world.register("a/1");
    Tape starting = new Tape().stop().join(world, latest(Filter.ALL));
    live.lines();
    stopped.lines();
    Goodbye goodbye = new Goodbye(Goodbye.Reason.SHUTDOWN, 1, 2);
    world.hub.sayGoodbye(goodbye);
    world.hub.sayGoodbye(goodbye);
    assertThat(live.lines())
        .containsExactly("bookmark current", "goodbye SHUTDOWN", "ended GOODBYE");
    assertThat(stopped.lines())
        .containsExactly("bookmark behind", "goodbye SHUTDOWN", "ended GOODBYE");
    assertThat(starting.lines())
        .containsExactly("bookmark behind", "goodbye SHUTDOWN", "ended GOODBYE");
    assertThat(stopped.revision).isEqualTo(World.START_REVISION);
    assertThat(world.hub.watchers()).isZero();
    assertThat(Tape.on(world, latest(Filter.ALL)).lines())
        .containsExactly("goodbye SHUTDOWN", "ended GOODBYE");
    assertThat(world.hub.channels()).isZero();

    World restarted = new World();
    restarted.register("a/1");
    stopped.go();
    stopped.join(restarted, resuming(stopped.position, latest(Filter.ALL)));
    restarted.settle();
    assertThat(stopped.lines()).containsExactly("bookmark behind", "a/1 REGISTERED ALIVE");
  }

  @Test
  void changesMustComeInOrder() {
    world.register("a/1");
    assertThatThrownBy(() -> world.hub.onChanges(List.of(changeOf("a/1", world))))
        .isInstanceOf(IllegalStateException.class);
  }

  private static io.pulsewatch.server.liveness.Change changeOf(String name, World world) {
    return new io.pulsewatch.server.liveness.Change(
        world.revision(),
        0,
        world.entry(name),
        null,
        io.pulsewatch.server.liveness.Cause.REPORTED,
        io.pulsewatch.server.liveness.Evidence.NONE,
        false);
  }
}
