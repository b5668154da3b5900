package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.every;
import static io.pulsewatch.server.watch.Interests.labels;
import static io.pulsewatch.server.watch.Interests.latest;
import static io.pulsewatch.server.watch.Interests.services;
import static io.pulsewatch.server.watch.Interests.states;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of subscribers who cannot take as much as happens. */
final class SlowWatcherTest {
  private static final int BATCH = WatchLimits.DEFAULT.batchSize();

  private final World world = new World();

  @Test
  void theLatestIsToldAndTheRestIsCounted() {
    world.register("a/1").register("a/2").register("b/1");
    Tape tape = live(latest(services("a")));
    tape.stop();
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).go("b/1", State.DEAD);
    world.report("a/2", Status.DRAINING).go("a/1", State.SUSPECT);
    world.settle();
    assertThat(tape.lines()).isEmpty();
    tape.go();
    world.settle();
    assertThat(tape.lines())
        .containsExactly("a/2 REPORTED ALIVE", "a/1 STREAM_LOST SUSPECT", "folded 2");
    assertThat(tape.isLive()).isTrue();
    assertThat(tape.revision).isEqualTo(world.revision());
  }

  @Test
  void everyChangeIsToldOneByOne() {
    world.register("a/1");
    Tape tape = live(every(services("a")));
    tape.stop();
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).go("a/1", State.DEAD);
    tape.go();
    world.settle();
    assertThat(tape.lines())
        .containsExactly("a/1 STREAM_LOST SUSPECT", "a/1 RECOVERED ALIVE", "a/1 SILENCE DEAD");
  }

  @Test
  void pastTheRingEveryChangeStartsOver() {
    World small = new World(new WatchLimits(10, 3));
    small.register("a/1").register("b/1");
    Tape tape = Tape.on(small, every(services("a")));
    small.settle();
    tape.lines();
    tape.stop();
    small.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).go("b/1", State.DEAD);
    tape.go();
    small.settle();
    assertThat(tape.lines()).as("still in the ring").hasSize(2);
    tape.stop();
    small.go("a/1", State.SUSPECT).go("a/1", State.ALIVE).register("b/2").go("b/2", State.DEAD);
    tape.go();
    small.settle();
    assertThat(tape.lines()).containsExactly("begin OVERFLOW skipped 2", "a/1 ALIVE", "end 1");
    assertThat(tape.skipped).isEqualTo(2);
  }

  @Test
  void pastTheRingTheLatestIsFoldedAllTheSame() {
    World small = new World(new WatchLimits(10, 3));
    small.register("a/1").register("a/2");
    Tape tape = Tape.on(small, latest(services("a")));
    small.settle();
    tape.lines();
    tape.stop();
    for (int i = 0; i < 5; i++) {
      small.go("a/1", State.SUSPECT).go("a/1", State.ALIVE);
    }
    small.go("a/2", State.LEFT).remove("a/2");
    tape.go();
    small.settle();
    assertThat(tape.lines())
        .containsExactly("a/1 RECOVERED ALIVE", "a/2 REMOVED LEFT left", "folded 10");
  }

  /** Behind, and DEAD only for a while: the alarm must not be lost. */
  @Test
  void aFoldedMatchIsToldAsLeft() {
    world.register("a/1").register("a/2");
    Tape tape = live(latest(states(State.DEAD)));
    tape.stop();
    world.go("a/2", State.DEAD).register("a/2");
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE);
    tape.go();
    world.settle();
    assertThat(tape.lines())
        .as("a/1 never matched")
        .containsExactly("a/2 REGISTERED ALIVE left", "folded 1");
  }

  @Test
  void whoLeftTheViewWhileBehindIsTold() {
    world.register("a/1", "env=prod").register("a/2", "env=prod").register("a/3", "env=dev");
    Tape tape = live(latest(labels("env=prod")));
    tape.stop();
    world.relabel("a/1", "env=dev").go("a/2", State.DEAD).remove("a/2").go("a/3", State.DEAD);
    world.go("a/1", State.SUSPECT);
    tape.go();
    world.settle();
    assertThat(tape.lines())
        .containsExactly("a/2 REMOVED DEAD left", "a/1 STREAM_LOST SUSPECT left", "folded 2");
    assertThat(tape.known).isEmpty();
  }

  /** What was passed by must not be lost when the watch is cut in the middle of a fold. */
  @Test
  void aCutInTheMiddleOfAFoldLosesNothing() {
    world.register("x/1").register("x/2");
    Tape tape = live(latest(states(State.ALIVE)));
    tape.stop();
    world.go("x/1", State.SUSPECT);
    for (int i = 0; i < BATCH; i++) {
      world.register("a/" + i);
    }
    world.go("x/1", State.DEAD);
    tape.afterEach(tape::stop).go();
    world.settle();
    assertThat(tape.told).isEqualTo(BATCH);
    tape.subscription().cancel();
    tape.ready = true;
    tape.afterEach(() -> {});
    tape.join(world, Interests.resuming(tape.position, latest(states(State.ALIVE))));
    world.settle();
    assertThat(tape.known.keySet()).doesNotContain(World.key("x/1"));
    assertThat(tape.known).hasSize(BATCH + 1);
  }

  @Test
  void whileFoldingTheRevisionStandsStill() {
    for (int i = 0; i <= BATCH; i++) {
      world.register("a/" + i);
    }
    Tape tape = live(latest(services("a")));
    long before = tape.revision;
    tape.stop();
    for (int i = 0; i <= BATCH; i++) {
      world.go("a/" + i, State.SUSPECT);
    }
    List<Long> revisions = new ArrayList<>();
    tape.afterEach(() -> revisions.add(tape.revision));
    tape.go();
    world.settle();
    assertThat(revisions).containsExactly(before, world.revision());
  }

  /** It is told large snapshots in steps, and what changes meanwhile. */
  @Test
  void aSnapshotMayBeOvertaken() {
    int many = 2 * BATCH;
    for (int i = 0; i < many; i++) {
      world.register("a/" + i);
    }
    Tape tape = Tape.on(world, latest(services("a")));
    tape.afterEach(tape::stop);
    tape.stop();
    step(tape);
    assertThat(tape.known).hasSize(BATCH);
    world.go("a/0", State.SUSPECT).go("a/" + (many - 1), State.SUSPECT);
    step(tape);
    assertThat(tape.inSnapshot).as("a/0 is to be told again, as it is now").isTrue();
    step(tape);
    assertThat(tape.inSnapshot).isFalse();
    assertThat(tape.lines()).contains("end " + (many + 1)).doesNotContain("folded");
    assertThat(tape.revision).isEqualTo(world.revision());
    assertThat(tape.known).isEqualTo(world.entries);
  }

  @Test
  void whoDepartsDuringASnapshotIsToldAfterIt() {
    snapshotWithADeparture(latest(states(State.ALIVE)));
  }

  @Test
  void whoDepartsDuringASnapshotIsToldAfterItOneByOne() {
    snapshotWithADeparture(every(states(State.ALIVE)));
  }

  private void snapshotWithADeparture(Interest interest) {
    int many = 2 * BATCH;
    for (int i = 0; i < many; i++) {
      world.register("a/" + i);
    }
    long begun = world.revision();
    Tape tape = Tape.on(world, interest);
    tape.afterEach(tape::stop);
    tape.stop();
    step(tape);
    world.go("a/0", State.SUSPECT).go("a/0", State.DEAD).remove("a/1");
    step(tape);
    step(tape);
    assertThat(tape.inSnapshot).isFalse();
    assertThat(tape.revision).isEqualTo(begun);
    assertThat(tape.known).containsKey(World.key("a/0"));
    tape.afterEach(() -> {}).go();
    world.settle();
    assertThat(tape.known).hasSize(many - 2).doesNotContainKey(World.key("a/0"));
    assertThat(tape.isLive()).isTrue();
  }

  /** A removal was forgotten before it could be told: nobody may be left in doubt. */
  @Test
  void whoMissedAForgottenRemovalStartsOver() {
    World small = new World(new WatchLimits(10, 1, 1, 1_000_000, BATCH));
    small.register("a/1").register("a/2").register("a/3");
    Tape tape = Tape.on(small, latest(Filter.ALL));
    Interest strict = new Interest(Filter.ALL, null, true, false, Interests.BOOKMARK);
    Tape failing = Tape.on(small, strict);
    small.settle();
    tape.lines();
    failing.lines();
    tape.stop();
    failing.stop();
    small.remove("a/1").remove("a/2");
    tape.go();
    failing.go();
    small.settle();
    assertThat(tape.lines()).containsExactly("begin COMPACTED skipped 2", "a/3 ALIVE", "end 1");
    assertThat(failing.lines()).containsExactly("ended COMPACTED");
    assertThat(small.hub.watchers()).isEqualTo(1);
  }

  @Test
  void aSnapshotThatLostARemovalBeginsAnew() {
    World small = new World(new WatchLimits(10, 1, 1, 1_000_000, BATCH));
    for (int i = 0; i < BATCH + 1; i++) {
      small.register("a/" + i);
    }
    Tape tape = Tape.on(small, latest(Filter.ALL));
    tape.afterEach(tape::stop);
    tape.stop();
    tape.go();
    small.settle();
    small.remove("a/0").remove("a/1").remove("a/2");
    tape.afterEach(() -> {}).go();
    small.settle();
    assertThat(tape.snapshots).isEqualTo(2);
    assertThat(tape.known).isEqualTo(small.entries);
  }

  @Test
  void removalsAreForgottenInTime() {
    World small = new World(new WatchLimits(10, 1, 100, 5_000, BATCH));
    small.register("a/1").register("a/2");
    small.remove("a/1").remove("a/2");
    assertThat(small.hub.history().tracks()).isEqualTo(2);
    small.pass(4_990);
    assertThat(small.hub.history().tracks()).isEqualTo(2);
    small.pass(10);
    assertThat(small.hub.history().tracks()).isZero();
    assertThat(small.hub.history().size())
        .as("the ring, and as much garbage")
        .isLessThanOrEqualTo(2);
  }

  private Tape live(Interest interest) {
    Tape tape = Tape.on(world, interest);
    world.settle();
    tape.lines();
    return tape;
  }

  /** Lets it take one message. */
  private void step(Tape tape) {
    tape.go();
    world.settle();
  }
}
