package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.latest;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Watches of a server that drains. */
final class PartingTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Goodbye DRAIN =
      new Goodbye(Goodbye.Reason.DRAIN, 2 * SECOND, 0, List.of("b:1"));

  private final World world = new World();
  private final List<Tape> tapes = new ArrayList<>();

  private long open() {
    return tapes.stream().filter(tape -> tape.end == null).count();
  }

  @Test
  void oneAfterTheOtherAndInNoSnapshotTwice() {
    for (int i = 0; i < 100; i++) {
      tapes.add(Tape.on(world, latest(Filter.ALL)));
    }
    world.settle();
    tapes.forEach(Tape::lines);
    world.hub.drain(DRAIN, SECOND);
    world.settle();
    assertThat(open()).isEqualTo(99);
    world.register("a/1"); // who is still there is told as ever
    world.settle();
    assertThat(tapes.stream().filter(tape -> tape.lines.contains("a/1 REGISTERED ALIVE")))
        .hasSize(99);
    for (int i = 1; i < 10; i++) {
      world.pass(100);
      assertThat(open()).as("after %d ms", i * 100).isBetween(99L - 10L * i, 101L - 10L * i);
    }
    assertThat(world.hub.leaving()).isEqualTo((int) open());
    world.pass(100);
    assertThat(open()).isZero();
    assertThat(world.hub.leaving()).isZero();
    Tape last = tapes.get(99);
    assertThat(last.lines())
        .containsExactly(
            "a/1 REGISTERED ALIVE", "bookmark current", "goodbye DRAIN", "ended GOODBYE");
  }

  @Test
  void whoComesMeanwhileIsToldAtOnceAndNotForEver() {
    world.hub.drain(DRAIN, SECOND);
    assertThat(Tape.on(world, latest(Filter.ALL)).lines())
        .containsExactly("goodbye DRAIN", "ended GOODBYE");
    world.hub.drain(null, 0);
    assertThat(Tape.on(world, latest(Filter.ALL)).lines()).contains("begin INITIAL");
  }

  @Test
  void whoIsLeftMayStayWhenItIsCancelled() {
    for (int i = 0; i < 10; i++) {
      tapes.add(Tape.on(world, latest(Filter.ALL)));
    }
    world.hub.drain(DRAIN, SECOND);
    world.pass(500);
    long left = open();
    assertThat(left).isBetween(1L, 9L);
    world.hub.drain(null, 0);
    world.pass(5_000);
    assertThat(open()).isEqualTo(left);
  }

  @Test
  void whoEndsByItselfIsLeftAlone() {
    tapes.add(Tape.on(world, latest(Filter.ALL)));
    tapes.add(Tape.on(world, latest(Filter.ALL)));
    world.settle();
    world.hub.drain(DRAIN, SECOND);
    tapes.forEach(tape -> tape.subscription().cancel());
    tapes.forEach(Tape::lines);
    world.pass(2_000);
    assertThat(tapes).allMatch(tape -> tape.lines().isEmpty());
  }

  /** Load balancers have to see that it is not serving. */
  @Test
  void theHealthOfPulsewatchItselfIsToldOn() {
    world.register("a/1");
    Answers itself = new Answers();
    Answers other = new Answers();
    world.hub.watchHealth("", itself);
    world.hub.watchHealth("a", other);
    world.serving = false;
    world.hub.drain(DRAIN, 0);
    world.settle();
    assertThat(itself.told).containsExactly("SERVING", "NOT_SERVING");
    assertThat(other.told).containsExactly("SERVING", "ended GOODBYE");
    assertThat(world.hub.leaving()).isZero();
    assertThat(world.hub.watchers()).isEqualTo(1);
    Answers late = new Answers();
    world.hub.watchHealth("", late);
    Answers lateOther = new Answers();
    world.hub.watchHealth("a", lateOther);
    assertThat(late.told).containsExactly("NOT_SERVING");
    assertThat(lateOther.told).containsExactly("ended GOODBYE");
  }

  private static final class Answers implements HealthSubscriber {
    private final List<String> told = new ArrayList<>();

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void onHealth(@Nullable Health health) {
      told.add(String.valueOf(health));
    }

    @Override
    public void onEnd(End why) {
      told.add("ended " + why);
    }
  }
}
