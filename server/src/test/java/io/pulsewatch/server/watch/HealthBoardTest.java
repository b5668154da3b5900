package io.pulsewatch.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class HealthBoardTest {
  private final World world = new World();
  private final HealthBoard board = world.hub.health();

  @Test
  void nobodyHasNoHealth() {
    assertThat(board.of("a")).isNull();
    assertThat(board.of("a/1")).isNull();
    world.register("a/1").remove("a/1");
    assertThat(board.of("a")).isNull();
    assertThat(board.of("a/1")).isNull();
  }

  @Test
  void anInstanceServesOrNot() {
    world.register("a/1");
    assertThat(board.of("a/1")).isEqualTo(Health.SERVING);
    world.report("a/1", Status.DEGRADED);
    assertThat(board.of("a/1")).isEqualTo(Health.SERVING);
    world.report("a/1", Status.DRAINING);
    assertThat(board.of("a/1")).isEqualTo(Health.NOT_SERVING);
    world.go("a/1", State.SUSPECT);
    assertThat(board.of("a/1")).as("did not serve before").isEqualTo(Health.NOT_SERVING);
    world.go("a/1", State.DEAD);
    assertThat(board.of("a/1")).isEqualTo(Health.NOT_SERVING);
  }

  @Test
  void aSuspectThatServedKeepsItsValueForASecond() {
    world.register("a/1").pass(10).go("a/1", State.SUSPECT);
    world.pass(990);
    assertThat(board.of("a/1")).isEqualTo(Health.SERVING);
    assertThat(board.of("a")).isEqualTo(Health.SERVING);
    world.pass(10);
    assertThat(board.of("a/1")).isEqualTo(Health.UNKNOWN);
    assertThat(board.of("a")).isEqualTo(Health.UNKNOWN);
    world.go("a/1", State.ALIVE);
    assertThat(board.of("a/1")).isEqualTo(Health.SERVING);
    world.go("a/1", State.SUSPECT).pass(500).go("a/1", State.ALIVE).pass(10);
    world.go("a/1", State.SUSPECT).pass(990);
    assertThat(board.of("a/1")).as("each suspicion has its own second").isEqualTo(Health.SERVING);
    world.go("a/1", State.DEAD).pass(1_000);
    assertThat(board.of("a")).isEqualTo(Health.NOT_SERVING);
  }

  @Test
  void aChangeOfASuspectGivesNoOtherSecond() {
    world.register("a/1").pass(10).go("a/1", State.SUSPECT).pass(500);
    world.relabel("a/1", "env=prod").pass(490);
    assertThat(board.of("a/1")).isEqualTo(Health.SERVING);
    world.pass(10);
    assertThat(board.of("a/1")).isEqualTo(Health.UNKNOWN);
    world.relabel("a/1", "env=dev").pass(10);
    assertThat(board.of("a/1")).isEqualTo(Health.UNKNOWN);
  }

  @Test
  void aServiceIsAsGoodAsItsBest() {
    world.register("a/1").register("a/2").register("a/3");
    world.go("a/1", State.SUSPECT).go("a/2", State.DEAD).report("a/3", Status.STARTING);
    world.pass(990);
    assertThat(board.of("a")).isEqualTo(Health.SERVING);
    world.pass(10);
    assertThat(board.of("a")).isEqualTo(Health.UNKNOWN);
    world.report("a/3", Status.SERVING);
    assertThat(board.of("a")).isEqualTo(Health.SERVING);
    world.go("a/3", State.LEFT);
    assertThat(board.of("a")).isEqualTo(Health.UNKNOWN);
    world.go("a/1", State.DEAD);
    assertThat(board.of("a")).isEqualTo(Health.NOT_SERVING);
  }

  @Test
  void whoWatchesHearsOfEachOtherValue() {
    Ear instance = new Ear().on(world, "a/1");
    Ear service = new Ear().on(world, "a");
    assertThat(instance.heard()).containsExactly("unknown");
    world.register("a/1").report("a/1", Status.DEGRADED).go("a/1", State.SUSPECT);
    world.pass(2_000).go("a/1", State.DEAD).remove("a/1");
    assertThat(instance.heard()).containsExactly("SERVING", "UNKNOWN", "NOT_SERVING", "unknown");
    assertThat(service.heard())
        .containsExactly("unknown", "SERVING", "UNKNOWN", "NOT_SERVING", "unknown");
  }

  @Test
  void theLatestValueWins() {
    world.register("a/1");
    Ear ear = new Ear().on(world, "a/1");
    ear.heard();
    ear.ready = false;
    world.go("a/1", State.DEAD).register("a/1").report("a/1", Status.DRAINING);
    ear.ready = true;
    ear.watch().onReady();
    assertThat(ear.heard()).containsExactly("NOT_SERVING");
    ear.ready = false;
    world.report("a/1", Status.SERVING).report("a/1", Status.DRAINING);
    ear.ready = true;
    ear.watch().onReady();
    assertThat(ear.heard()).as("the same again is no news").isEmpty();
  }

  @Test
  void pulsewatchItself() {
    Ear ear = new Ear().on(world, "");
    assertThat(ear.heard()).containsExactly("SERVING");
    world.serving = false;
    world.pass(10);
    assertThat(board.of("")).isEqualTo(Health.NOT_SERVING);
    assertThat(ear.heard()).containsExactly("NOT_SERVING");
  }

  @Test
  void theListHasACap() {
    world.register("b/1").register("a/1").go("b/1", State.DEAD);
    assertThat(board.list(2))
        .isEqualTo(Map.of("", Health.SERVING, "a", Health.SERVING, "b", Health.NOT_SERVING));
    assertThat(board.list(1)).isNull();
  }

  @Test
  void itCountsAsAWatcherAndEndsAsOne() {
    World small = new World(new WatchLimits(1, 10));
    Ear ear = new Ear().on(small, "a");
    assertThat(small.hub.watchers()).isEqualTo(1);
    assertThat(new Ear().on(small, "a").heard()).containsExactly("ended LIMIT");
    ear.heard();
    ear.watch().cancel();
    ear.watch().cancel();
    assertThat(small.hub.watchers()).isZero();
    Ear next = new Ear().on(small, "a");
    next.heard();
    small.hub.sayGoodbye(new Goodbye(Goodbye.Reason.DRAIN, 0, 0));
    next.watch().onReady();
    next.watch().cancel();
    small.register("a/1");
    assertThat(next.heard()).containsExactly("ended GOODBYE");
    assertThat(ear.heard()).isEmpty();
    assertThat(small.hub.watchers()).isZero();
    assertThat(new Ear().on(small, "a").heard()).containsExactly("ended GOODBYE");
  }

  /** It was unknown before the restart, and does not serve again for it. */
  @Test
  void theSecondOfAKeptSuspectMayBeOver() {
    world.register("a/1").go("a/1", State.SUSPECT);
    World next = new World(WatchLimits.DEFAULT, 1_000);
    next.view.begin(world.revision(), world.entries.values());
    next.hub.begin(world.revision(), world.entries.values(), List.of());
    assertThat(next.hub.health().of("a/1")).isEqualTo(Health.UNKNOWN);
    assertThat(next.hub.health().of("a")).isEqualTo(Health.UNKNOWN);
    World sooner = new World(WatchLimits.DEFAULT, 600);
    sooner.view.begin(world.revision(), world.entries.values());
    sooner.hub.begin(world.revision(), world.entries.values(), List.of());
    sooner.pass(390);
    assertThat(sooner.hub.health().of("a")).isEqualTo(Health.SERVING);
    sooner.pass(10);
    assertThat(sooner.hub.health().of("a")).isEqualTo(Health.UNKNOWN);
  }

  /** What was suspect when the server started gets what is left of its second from there. */
  @Test
  void aKeptSuspectGetsItsSecond() {
    world.register("a/1").go("a/1", State.SUSPECT);
    World next = new World();
    next.view.begin(world.revision(), world.entries.values());
    next.hub.begin(world.revision(), world.entries.values(), List.of());
    next.pass(990);
    assertThat(next.hub.health().of("a")).isEqualTo(Health.SERVING);
    next.pass(10);
    assertThat(next.hub.health().of("a")).isEqualTo(Health.UNKNOWN);
  }

  private static final class Ear implements HealthSubscriber {
    boolean ready = true;
    private final List<String> heard = new ArrayList<>();
    private @Nullable HealthWatch watch;

    Ear on(World world, String name) {
      watch = world.hub.watchHealth(name, this);
      return this;
    }

    HealthWatch watch() {
      if (watch == null) {
        throw new AssertionError("not on");
      }
      return watch;
    }

    List<String> heard() {
      List<String> all = List.copyOf(heard);
      heard.clear();
      return all;
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void onHealth(@Nullable Health health) {
      heard.add(health == null ? "unknown" : health.name());
    }

    @Override
    public void onEnd(End why) {
      heard.add("ended " + why);
    }
  }
}
