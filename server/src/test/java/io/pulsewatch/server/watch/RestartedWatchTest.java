package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.latest;
import static io.pulsewatch.server.watch.Interests.resuming;
import static io.pulsewatch.server.watch.Interests.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A watch that folds and lives over a restart by its token. What the next process recalls of each
 * instance is its newest change, so whether the watcher may know the instance must come from that.
 */
final class RestartedWatchTest {
  private static final int RING = 8;
  private static final WatchLimits LIMITS = new WatchLimits(10, RING, 4, 1_000_000, 500);

  private World world = new World(LIMITS);

  /** Others change so much that what was before is not recalled, and not in the ring any more. */
  private void bustle() {
    for (int i = 0; i < RING; i++) {
      world.report("z/busy", i % 2 == 0 ? Status.DEGRADED : Status.SERVING);
    }
  }

  /** The next process, at a time at which only folding catches up. */
  private void restart() {
    world = world.restart(LIMITS, RING, 1_000);
    bustle();
  }

  private static Filter those(State... states) {
    return new Filter(ServiceNames.of(List.of("a")), Selector.ALL, Set.of(states));
  }

  private Tape told(Filter filter) {
    Tape tape = Tape.on(world, latest(filter));
    world.settle();
    tape.lines();
    tape.subscription().cancel();
    return tape;
  }

  private Tape resume(Tape tape, Filter filter) {
    tape.join(world, resuming(tape.position(), latest(filter)));
    world.settle();
    return tape;
  }

  @Test
  void whatLeftAStateBeforeTheRestartIsTakenBack() {
    Filter alive = those(State.ALIVE);
    world.register("a/1").register("a/2").register("z/busy");
    bustle();
    Tape tape = told(alive);
    world.go("a/1", State.SUSPECT).register("a/3");
    restart();
    assertThat(world.hub.history().ringFloor()).as("it must fold").isGreaterThan(tape.revision);
    assertThat(resume(tape, alive).lines())
        .containsExactly("bookmark behind", "a/1 STREAM_LOST SUSPECT left", "a/3 REGISTERED ALIVE");
    assertThat(tape.known.keySet()).containsExactly(World.key("a/2"), World.key("a/3"));
  }

  @Test
  void whatWasRemovedBeforeTheRestartIsTakenBack() {
    Filter service = services("a");
    world.register("z/busy").register("a/1").register("a/2").go("a/1", State.LEFT);
    bustle();
    Tape tape = told(service);
    world.remove("a/1");
    restart();
    assertThat(resume(tape, service).lines())
        .containsExactly("bookmark behind", "a/1 REMOVED LEFT left");
    assertThat(tape.known.keySet()).containsExactly(World.key("a/2"));
  }

  /** Of a removal only the state before it can say who may know the instance. */
  @Test
  void whatWasRemovedIsTakenBackFromThoseWhoMayKnowItOnly() {
    world.register("z/busy").register("a/1").go("a/1", State.LEFT);
    bustle();
    Tape left = told(those(State.LEFT));
    Tape suspect = told(those(State.SUSPECT));
    world.remove("a/1");
    restart();
    assertThat(resume(left, those(State.LEFT)).lines())
        .containsExactly("bookmark behind", "a/1 REMOVED LEFT left");
    assertThat(resume(suspect, those(State.SUSPECT)).lines()).containsExactly("bookmark behind");
  }

  @Test
  void whatLostALabelBeforeTheRestartIsTakenBack() {
    Filter prod = new Filter(ServiceNames.of(List.of("a")), Selector.of("env=prod"), Set.of());
    world.register("z/busy").register("a/1", "env=prod").register("a/2", "env=prod");
    bustle();
    Tape tape = told(prod);
    world.relabel("a/1", "env=dev");
    restart();
    assertThat(resume(tape, prod).lines())
        .containsExactly("bookmark behind", "a/1 RESUMED ALIVE left");
    assertThat(tape.known.keySet()).containsExactly(World.key("a/2"));
  }

  /** The token of one who was in the midst of folding when the server went. */
  @Test
  void aFoldGoesOnWhereItWas() {
    World first = new World(new WatchLimits(10, RING, 4, 1_000_000, 1));
    world = first;
    first.register("z/busy").register("a/1").register("a/2").register("a/3");
    bustle();
    Tape tape = Tape.on(first, latest(services("a")));
    first.settle();
    tape.stop();
    first.report("a/1", Status.DEGRADED).go("a/2", State.DEAD).go("a/3", State.LEFT);
    first.report("a/1", Status.SERVING);
    tape.afterEach(tape::stop).go(); // takes one message
    first.settle();
    assertThat(tape.position().since()).isLessThan(tape.position().revision());
    tape.afterEach(() -> {}).subscription().cancel();
    tape.lines();
    tape.ready = true;
    restart();
    resume(tape, services("a"));
    assertThat(tape.lines().get(0)).isEqualTo("bookmark behind");
    assertThat(tape.known).isEqualTo(told(services("a")).known);
    assertThat(tape.snapshots).isEqualTo(1);
  }
}
