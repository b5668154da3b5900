package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the logs hold: the newest of each, the ring, and little garbage. */
final class HistoryTest {
  private static final int RING = 16;
  private static final int REMOVALS = 5;

  private final World world = new World(new WatchLimits(10, RING, REMOVALS, 1L << 40, 500));
  private final History history = world.hub.history();

  @Test
  void itHoldsWhatIsNeededAndLittleMore() {
    SplittableRandom random = new SplittableRandom(42);
    Map<String, Long> newest = new LinkedHashMap<>();
    List<Long> removals = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      String name = "s" + random.nextInt(4) + "/" + random.nextInt(10);
      boolean there = world.entries.containsKey(World.key(name));
      if (!there) {
        world.register(name);
      } else if (random.nextInt(10) == 0) {
        world.remove(name);
        removals.add(world.revision());
      } else {
        world.report(name, Status.DEGRADED);
      }
      newest.remove(name);
      newest.put(name, world.revision());
      check(newest, removals);
    }
  }

  private void check(Map<String, Long> newest, List<Long> removals) {
    long ring = Math.max(World.START_REVISION, world.revision() - RING);
    assertThat(history.ringFloor()).isEqualTo(ring);
    int forgotten = Math.max(0, removals.size() - REMOVALS);
    long fold = forgotten == 0 ? World.START_REVISION : removals.get(forgotten - 1);
    assertThat(history.foldFloor()).isEqualTo(fold);
    List<Long> expected = new ArrayList<>();
    newest.forEach(
        (name, revision) -> {
          boolean there = world.entries.containsKey(World.key(name));
          if (there || revision > fold) {
            expected.add(revision);
          }
        });
    for (ServiceNames names : List.of(ServiceNames.ALL, exact("s0", "s1", "s2", "s3"))) {
      List<Long> found = new ArrayList<>();
      List<Long> inRing = new ArrayList<>();
      Walk walk = new Walk(history.logs(names), -1);
      for (Link link = walk.next(); link != null; link = walk.next()) {
        if (!link.superseded) {
          found.add(link.revision());
        }
        if (link.revision() > ring) {
          inRing.add(link.revision());
        }
      }
      assertThat(found).isEqualTo(expected);
      assertThat(inRing).hasSize((int) (world.revision() - ring)).isSorted();
    }
    assertThat(history.size()).isLessThanOrEqualTo(2 * (expected.size() + RING));
  }

  @Test
  void nothingIsLeftOfAServiceThatIsGone() {
    world.register("gone/1").remove("gone/1");
    world.register("a/1");
    assertThat(history.services()).isEqualTo(2);
    for (int i = 0; i < REMOVALS; i++) {
      world.register("a/2").remove("a/2");
    }
    for (int i = 0; i < RING; i++) {
      world.report("a/1", Status.SERVING);
    }
    assertThat(history.services()).isEqualTo(1);
    assertThat(history.tracks()).isLessThanOrEqualTo(2);
  }

  @Test
  void aWalkStartsAfterARevision() {
    world.register("a/1").register("b/1").register("a/2");
    long first = World.START_REVISION + 1;
    assertThat(walk(exact("a"), first - 1)).containsExactly(first, first + 2);
    assertThat(walk(exact("a"), first)).containsExactly(first + 2);
    assertThat(walk(exact("a"), first + 1)).containsExactly(first + 2);
    assertThat(walk(exact("a"), first + 2)).isEmpty();
    assertThat(walk(exact("a", "b", "nobody"), 0)).containsExactly(first, first + 1, first + 2);
    assertThat(walk(exact("nobody"), 0)).isEmpty();
  }

  @Test
  void aTrackRemembersWhichStatesItWasIn() {
    world.register("a/1");
    long registered = world.revision();
    world.go("a/1", State.SUSPECT);
    long suspected = world.revision();
    world.go("a/1", State.ALIVE).remove("a/1");
    long removed = world.revision();
    Track track = history.track(World.key("a/1"));
    assertThat(track).isNotNull();
    if (track != null) {
      assertThat(track.wasIn(State.SUSPECT, registered)).isTrue();
      assertThat(track.wasIn(State.SUSPECT, suspected)).isTrue();
      assertThat(track.wasIn(State.SUSPECT, suspected + 1)).isFalse();
      assertThat(track.wasIn(State.ALIVE, removed - 1)).isTrue();
      assertThat(track.wasIn(State.ALIVE, removed)).isFalse();
      assertThat(track.wasIn(State.DEAD, 0)).isFalse();
    }
  }

  @Test
  void whatALedgerKeptIsShownInASnapshot() {
    world.register("b/1").register("a/1").go("b/1", State.DEAD);
    World next = new World();
    next.hub.begin(world.revision(), world.entries.values(), List.of());
    Tape tape = Tape.on(next, latest(Filter.ALL));
    next.settle();
    assertThat(tape.lines()).containsExactly("begin INITIAL", "a/1 ALIVE", "b/1 DEAD", "end 2");
  }

  private List<Long> walk(ServiceNames names, long after) {
    List<Long> revisions = new ArrayList<>();
    Walk walk = new Walk(history.logs(names), after);
    for (Link link = walk.next(); link != null; link = walk.next()) {
      revisions.add(link.revision());
    }
    return revisions;
  }

  private static ServiceNames exact(String... names) {
    return ServiceNames.of(List.of(names));
  }
}
