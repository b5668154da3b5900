package io.pulsewatch.server.watch;

import static io.pulsewatch.server.watch.Interests.every;
import static io.pulsewatch.server.watch.Interests.latest;
import static io.pulsewatch.server.watch.Interests.resuming;
import static io.pulsewatch.server.watch.Interests.services;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a subscriber with a token is told. */
final class ResumeTest {
  private static final Filter A = services("a");

  private final World world = new World(new WatchLimits(10, 4, 2, 1_000_000, 500));

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheRingHasIsToldOneByOne(boolean everyChange) {
    world.register("a/1").register("b/1");
    long token = world.revision();
    world.go("a/1", State.SUSPECT).go("b/1", State.DEAD).go("a/1", State.ALIVE).register("b/2");
    assertThat(resume(token, everyChange))
        .containsExactly("bookmark behind", "a/1 STREAM_LOST SUSPECT", "a/1 RECOVERED ALIVE");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoMissedNothingIsUpToDate(boolean everyChange) {
    world.register("a/1");
    assertThat(resume(world.revision(), everyChange)).containsExactly("bookmark current");
  }

  @Test
  void theBookmarkNamesWhereTheWatcherStands() {
    world.register("a/1");
    long token = world.revision();
    world.go("a/1", State.SUSPECT);
    Tape tape = Tape.on(world, resuming(at(token, A), latest(A)));
    assertThat(tape.lines()).containsExactly("bookmark behind");
    assertThat(tape.revision).isEqualTo(token);
    world.settle();
    assertThat(tape.revision).isEqualTo(world.revision());
  }

  @Test
  void pastTheRingTheLatestIsFolded() {
    world.register("a/1").register("a/2").register("a/3");
    long token = world.revision();
    for (int i = 0; i < 4; i++) {
      world.report("a/1", Status.DEGRADED).report("a/1", Status.SERVING);
    }
    world.go("a/2", State.LEFT).remove("a/2");
    Tape tape = Tape.on(world, resuming(at(token, A), latest(A)));
    world.settle();
    assertThat(tape.lines())
        .startsWith("bookmark behind", "a/1 REPORTED ALIVE", "a/2 REMOVED LEFT left")
        .hasSize(4);
    assertThat(tape.folded).as("of 8, those that are still here").isBetween(2L, 8L);
  }

  @Test
  void pastTheRingEveryChangeStartsOver() {
    world.register("a/1");
    long token = world.revision();
    world.register("b/1").register("b/2").register("b/3").register("b/4");
    assertThat(resume(token, true)).containsExactly("bookmark behind");
    world.register("b/5");
    assertThat(resume(token, true)).containsExactly("begin COMPACTED", "a/1 ALIVE", "end 1");
  }

  @Test
  void pastAForgottenRemovalTheLatestStartsOver() {
    world.register("a/1").register("b/1").register("b/2").register("b/3");
    long token = world.revision();
    world.remove("b/1").remove("b/2").register("a/2").register("a/3").register("a/4");
    assertThat(resume(token, false)).startsWith("bookmark behind").hasSize(4);
    world.remove("b/3");
    assertThat(resume(token, false)).startsWith("begin COMPACTED", "a/1 ALIVE").hasSize(6);
  }

  @Test
  void whoAskedToFailFailsOnlyForCompaction() {
    world.register("a/1");
    long token = world.revision();
    for (int i = 0; i < 5; i++) {
      world.report("a/1", Status.DEGRADED);
    }
    Interest strict = new Interest(A, at(token, A), true, true, Interests.BOOKMARK);
    assertThat(told(strict)).containsExactly("ended COMPACTED");
    Position foreign = new Position("other", token, token, A.hash());
    Interest other = new Interest(A, foreign, true, true, Interests.BOOKMARK);
    assertThat(told(other)).startsWith("begin LINEAGE");
  }

  @Test
  void aTokenOfAnotherLedgerMeansNothing() {
    world.register("a/1");
    Position foreign = new Position("other", 1, 1, A.hash());
    assertThat(told(resuming(foreign, latest(A))))
        .containsExactly("begin LINEAGE", "a/1 ALIVE", "end 1");
  }

  @Test
  void aTokenOfAnotherFilterMeansNothing() {
    world.register("a/1");
    assertThat(told(resuming(at(world.revision(), services("b")), latest(A))))
        .containsExactly("begin FILTER_CHANGED", "a/1 ALIVE", "end 1");
  }

  @Test
  void theSameFilterInOtherWordsIsTheSame() {
    Position token = at(world.revision(), services("b", "a"));
    assertThat(told(resuming(token, latest(services("a", "b", "a")))))
        .containsExactly("bookmark current");
  }

  @Test
  void aTokenFromTheFutureWasLostInACrash() {
    world.register("a/1");
    assertThat(resume(world.revision() + 1, false))
        .containsExactly("begin TAIL_LOST", "a/1 ALIVE", "end 1");
  }

  /** A ledger gives revisions from reserved blocks, so after a crash it leaves some out. */
  @Test
  void aTokenFromTheGapWasLostInACrash() {
    World next = new World();
    next.hub.begin(World.START_REVISION - 10, List.of(), List.of());
    next.register("a/1");
    assertThat(told(next, resuming(at(World.START_REVISION, A), latest(A))))
        .containsExactly("begin TAIL_LOST", "a/1 ALIVE", "end 1");
    assertThat(told(next, resuming(at(World.START_REVISION - 10, A), latest(A))))
        .containsExactly("bookmark behind", "a/1 REGISTERED ALIVE");
    assertThat(told(next, resuming(at(World.START_REVISION + 1, A), latest(A))))
        .containsExactly("bookmark current");
  }

  /** What binds is told when it is durable, and overtakes on disk what was told ahead of it. */
  @Test
  void whoWasToldWhatACrashTookStartsOverAlthoughHisRevisionIsKept() {
    world.register("a/1").register("a/2");
    long kept = world.revision();
    World next = new World();
    next.hub.begin(World.START_REVISION, world.entries.values(), world.changes);
    Position lost = new Position(World.LINEAGE, kept, kept, kept + 7, A.hash());
    Position tooOld = new Position(World.LINEAGE, kept, kept, World.START_REVISION, A.hash());
    Position durable = new Position(World.LINEAGE, kept, kept, kept - 1, A.hash());
    assertThat(told(next, resuming(lost, latest(A))).get(0)).isEqualTo("begin TAIL_LOST");
    assertThat(told(next, resuming(tooOld, latest(A))).get(0)).isEqualTo("begin TAIL_LOST");
    assertThat(told(next, resuming(durable, latest(A)))).containsExactly("bookmark current");
  }

  @Test
  void aTokenNamesTheNewestChangeThatWasToldAheadOfTheLedger() {
    Tape tape = Tape.on(world, every(A));
    world.register("a/1");
    world.settle();
    assertThat(tape.position().unsure()).isZero();
    world.ahead = true;
    world.go("a/1", State.SUSPECT);
    world.settle();
    long ahead = world.revision();
    assertThat(tape.position().unsure()).isEqualTo(ahead);
    world.ahead = false;
    world.register("a/2");
    world.settle();
    assertThat(tape.position().unsure()).isEqualTo(ahead);
    assertThat(told(resuming(tape.position(), every(A))))
        .as("the process that told it knows it")
        .containsExactly("bookmark current");
  }

  @Test
  void whatALedgerKeptIsKnownButNotHowItCameAbout() {
    world.register("a/1").register("a/2").go("a/2", State.DEAD);
    World next = new World();
    next.hub.begin(world.revision(), world.entries.values(), List.of());
    next.view.begin(world.revision(), world.entries.values());
    Tape current = Tape.on(next, resuming(at(world.revision(), A), every(A)));
    Tape older = Tape.on(next, resuming(at(world.revision() - 1, A), latest(A)));
    next.settle();
    assertThat(current.lines()).containsExactly("bookmark current");
    assertThat(older.lines()).containsExactly("begin COMPACTED", "a/1 ALIVE", "a/2 DEAD", "end 2");
  }

  @Test
  void aFoldThatBeganBeforeARestartStartsOver() {
    World next = new World();
    next.hub.begin(World.START_REVISION, List.of(), List.of());
    Position folded =
        new Position(World.LINEAGE, World.START_REVISION - 1, World.START_REVISION, A.hash());
    assertThat(told(next, resuming(folded, latest(A)))).containsExactly("begin COMPACTED", "end 0");
  }

  /** A folded position needs what was known since its fold began. */
  @Test
  void aFoldedTokenOfALatestWatchServesEveryChangeToo() {
    world.register("a/1");
    long since = world.revision();
    world.go("a/1", State.SUSPECT).go("a/1", State.ALIVE);
    Position folded = new Position(World.LINEAGE, since, world.revision(), A.hash());
    assertThat(told(resuming(folded, every(A))))
        .containsExactly("bookmark behind", "a/1 STREAM_LOST SUSPECT", "a/1 RECOVERED ALIVE");
    assertThat(told(resuming(folded, latest(A)))).containsExactly("bookmark behind");
  }

  private List<String> resume(long revision, boolean everyChange) {
    return told(resuming(at(revision, A), everyChange ? every(A) : latest(A)));
  }

  private List<String> told(Interest interest) {
    return told(world, interest);
  }

  private static List<String> told(World world, Interest interest) {
    Tape tape = Tape.on(world, interest);
    world.settle();
    if (tape.end == null) {
      tape.subscription().cancel();
    }
    return tape.lines();
  }

  private static Position at(long revision, Filter filter) {
    return new Position(World.LINEAGE, revision, revision, filter.hash());
  }
}
