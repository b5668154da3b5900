package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.every;
import static io.pulsewatch.server.watch.Interests.latest;
import static io.pulsewatch.server.watch.Interests.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Much of everything: memory stays within the limits, and nobody waits for the slowest. */
final class CrowdTest {
  private static final int CHANGES = 1_000_000;
  private static final int INSTANCES = 1_000;
  private static final int RING = 4_096;

  @Test
  void aStoppedWatcherNeitherGrowsMemoryNorDelaysOthers() {
    World world = new World(new WatchLimits(10, RING));
    for (int i = 0; i < INSTANCES; i++) {
      world.register("a/" + i);
    }
    Tape stopped = Tape.on(world, latest(Filter.ALL));
    Tape stoppedEvery = Tape.on(world, every(services("a")));
    Counting others = new Counting();
    world.hub.subscribe(every(Filter.ALL), others);
    world.settle();
    stopped.lines();
    stopped.stop();
    stoppedEvery.stop();
    int most = 0;
    for (int i = 0; i < CHANGES / 100; i++) {
      world.hold();
      for (int j = 0; j < 100; j++) {
        int instance = (i * 100 + j) / 2 % INSTANCES;
        world.go("a/" + instance, j % 2 == 0 ? State.SUSPECT : State.ALIVE);
      }
      world.release();
      most = Math.max(most, world.hub.history().size());
      assertThat(others.told).isEqualTo(100L * (i + 1));
    }
    assertThat(most).isLessThanOrEqualTo(2 * (INSTANCES + RING));
    assertThat(world.hub.history().tracks()).isEqualTo(INSTANCES);

    stopped.go();
    stoppedEvery.go();
    world.settle();
    assertThat(stopped.told).isEqualTo(INSTANCES);
    assertThat(stopped.folded).isEqualTo(CHANGES - INSTANCES);
    assertThat(stopped.known).isEqualTo(world.entries);
    assertThat(stoppedEvery.skipped).isEqualTo(CHANGES);
    assertThat(stoppedEvery.known).isEqualTo(world.entries);
  }

  @Test
  void tenThousandWatchersSeeEveryChangeInOrder() {
    World world = new World(new WatchLimits(20_000, 1_000));
    world.register("s0/1").register("s1/1");
    List<Counting> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      Counting counting = new Counting();
      Filter filter = i % 2 == 0 ? services("s" + i % 4) : services("s?");
      world.hub.subscribe(i % 3 == 0 ? every(filter) : latest(filter), counting);
      all.add(counting);
    }
    assertThat(world.hub.watchers()).isEqualTo(10_000);
    assertThat(world.hub.channels()).isEqualTo(3);
    world.settle();
    for (int i = 0; i < 20; i++) {
      world.go("s0/1", i % 2 == 0 ? State.SUSPECT : State.ALIVE);
    }
    for (int i = 0; i < 10_000; i++) {
      assertThat(all.get(i).told).isEqualTo(i % 2 == 0 && i % 4 != 0 ? 0 : 20);
    }
  }

  /** One step of a long walk at a time: a new watcher of little has not to wait for it. */
  @Test
  void aLongWalkDelaysNobody() {
    World world = new World();
    for (int i = 0; i < 50_000; i++) {
      world.register("large/" + i);
    }
    world.register("small/1");
    Tape large = Tape.on(world, latest(services("large*")));
    Tape small = Tape.on(world, latest(services("small")));
    world.hub.turn(world.now().nanos(), world.now().wallMillis());
    assertThat(small.inSnapshot).isFalse();
    assertThat(large.inSnapshot).isTrue();
    world.go("small/1", State.SUSPECT);
    assertThat(small.lines()).contains("small/1 STREAM_LOST SUSPECT");
    assertThat(world.settle()).isGreaterThan(5);
    assertThat(large.known).hasSize(50_000);
  }

  @Test
  void whoWaitsForItsStepIsNotUpToDate() {
    World world = new World();
    for (int i = 0; i < 2_000; i++) {
      world.register("large/" + i);
    }
    List<Tape> tapes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      tapes.add(Tape.on(world, latest(services("large*", "other" + i))));
    }
    long later = world.now().nanos() + 2 * Interests.BOOKMARK;
    world.hub.turn(later, world.now().wallMillis());
    assertThat(tapes.get(49).known).as("its turn has not come").isEmpty();
    for (Tape tape : tapes) {
      assertThat(tape.lines).noneMatch(line -> line.startsWith("bookmark"));
    }
  }

  /** Always ready; counts, and sees to the order. */
  private static final class Counting implements Subscriber {
    long told;
    private long revision;

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onSnapshotBegin(SnapshotReason reason, long skipped) {}

    @Override
    public void onInstances(Rendered<List<io.pulsewatch.server.liveness.Entry>> instances) {}

    @Override
    public void onSnapshotEnd(Position at, long count) {
      revision = at.revision();
    }

    @Override
    public void onChanges(Rendered<ChangeBatch> changes) {
      for (Told change : changes.told().changes()) {
        if (change.change().revision() <= revision) {
          throw new AssertionError(change.change().revision() + " after " + revision);
        }
        revision = change.change().revision();
        told++;
      }
    }

    @Override
    public void onBookmark(Bookmark bookmark) {}

    @Override
    public void onGoodbye(Goodbye goodbye) {}

    @Override
    public void onEnd(End why) {}
  }
}
