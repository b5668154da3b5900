package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.ledger.Drafts;
import io.pulsewatch.server.liveness.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What one hook sends, in which order, how often, and what it remembers, in virtual time. */
final class HookQueueTest {
  private static final long SECOND = HookRig.SECOND;
  private final HookRig rig = new HookRig();

  @Test
  void oneInstanceIsToldInOrderAndOthersDoNotWait() {
    rig.dies("a a b");
    assertThat(rig.underWay()).containsExactly("a1#1", "b3#1");
    rig.at("b").delivered();
    assertThat(rig.underWay()).containsExactly("a1#1");
    rig.at("a").delivered();
    assertThat(rig.underWay()).containsExactly("a2#1");
    rig.at("a").delivered();
    assertThat(rig.underWay()).isEmpty();
    assertThat(rig.status().delivered()).isEqualTo(3);
  }

  @Test
  void atMostSoManyInstancesAtOnce() {
    rig.dies("a b c d e f");
    assertThat(rig.underWay()).hasSize(4);
    rig.at("c").delivered();
    assertThat(rig.underWay()).containsExactly("a1#1", "b2#1", "d4#1", "e5#1");
  }

  /** Half of a wait is chance. */
  @Test
  void whatFailsIsTriedAgainAfterAWaitThatDoubles() {
    rig.with(new Patience(10 * SECOND, 5, TimeUnit.HOURS.toMillis(1), SECOND, 3 * SECOND));
    rig.dies("a a");
    long[][] waits = {{500, 1_000}, {1_000, 2_000}, {1_500, 3_000}, {1_500, 3_000}};
    for (int i = 0; i < waits.length; i++) {
      rig.at("a").failed();
      rig.passes(TimeUnit.MILLISECONDS.toNanos(waits[i][0]) - 1);
      assertThat(rig.underWay()).as("wait %d", i).isEmpty();
      rig.passes(TimeUnit.MILLISECONDS.toNanos(waits[i][1] - waits[i][0]) + 1);
      assertThat(rig.underWay()).containsExactly("a1#" + (i + 2));
    }
  }

  @Test
  void aReceiverThatAsksToBeLeftAloneIsLeftAloneByAllForAnHourAtTheMost() {
    rig.dies("a");
    rig.at("a").came(new Outcome.Failed("HTTP 503", 60 * SECOND));
    rig.dies("b");
    assertThat(rig.queue.test(outcome -> {})).isTrue();
    rig.turn();
    assertThat(rig.sent).hasSize(1); // an operator may ask in spite of it
    rig.sent.get(0).delivered();
    rig.passes(60 * SECOND - 1);
    assertThat(rig.underWay()).isEmpty();
    rig.passes(1);
    assertThat(rig.underWay()).containsExactly("a1#2", "b2#1");
    rig.at("a").delivered();
    rig.at("b").came(new Outcome.Failed("HTTP 429", 100_000 * SECOND));
    rig.passes(3_600 * SECOND - 1);
    assertThat(rig.underWay()).isEmpty();
    rig.passes(1);
    assertThat(rig.underWay()).containsExactly("b2#2");
  }

  @Test
  void theCursorStandsBeforeTheFirstThatIsNotDelivered() {
    rig.dies("a b c");
    assertThat(rig.queue.cursor()).isZero();
    rig.at("b").delivered();
    assertThat(rig.queue.cursor()).isZero();
    rig.at("a").delivered();
    assertThat(rig.queue.cursor()).isEqualTo(2);
    rig.at("c").failed();
    assertThat(rig.queue.cursor()).isEqualTo(2);
    rig.passes(SECOND);
    rig.at("c").delivered();
    assertThat(rig.queue.cursor()).isEqualTo(3);
  }

  @Test
  void theCursorIsKeptNowAndThen() {
    rig.dies("a");
    rig.at("a").delivered();
    assertThat(rig.store.cursors).containsExactly(0L, 1L);
    rig.dies("a");
    rig.at("a").delivered();
    rig.passes(HookQueue.KEEP_EACH_NANOS - 1);
    assertThat(rig.store.cursors).containsExactly(0L, 1L);
    rig.passes(1);
    assertThat(rig.store.cursors).containsExactly(0L, 1L, 2L);
    rig.passes(SECOND);
    assertThat(rig.store.cursors).hasSize(3);
  }

  @Test
  void aStopKeepsItAtOnce() {
    rig.dies("a");
    rig.at("a").delivered();
    rig.dies("a b");
    rig.at("a").delivered();
    HookRig.Sent open = rig.at("b");
    rig.queue.close();
    assertThat(rig.kept()).isEqualTo(2);
    assertThat(open.cancelled).isTrue();
  }

  @Test
  void afterACrashItGoesOnWhereTheLedgerSays() {
    rig.dies("a b a");
    rig.at("b").delivered();
    rig.at("a").delivered();
    rig.passes(SECOND);
    rig.crash();
    rig.turn();
    assertThat(rig.underWay()).containsExactly("a3#1");
  }

  @Test
  void aNewHookBeginsNowUnlessItIsToldOtherwise() {
    HookRig late = new HookRig();
    late.dies("a b");
    late.store.cursors.clear();
    late.fromBeginning = false;
    late.crash();
    late.turn();
    assertThat(late.underWay()).isEmpty();
    assertThat(late.kept()).isEqualTo(2);
    late.dies("a");
    assertThat(late.underWay()).containsExactly("a3#1");
  }

  @Test
  void whileTheQueueIsFullNothingIsRead() {
    HookRig small = new HookRig(new HookLimits(20, 10, 16));
    small.dies("a b c d e ".repeat(40).strip());
    assertThat(small.underWay()).hasSize(4);
    assertThat(small.status().waiting()).isEqualTo(32 - 4);
    for (int i = 0; i < 200; i++) {
      assertThat(small.status().waiting() + small.status().inFlight()).isLessThan(36);
      small.sent.get(0).delivered();
    }
    assertThat(small.status().delivered()).isEqualTo(200);
    assertThat(small.queue.cursor()).isEqualTo(200);
  }

  @Test
  void whatIsTriedTooOftenIsADeadLetterAndTheNextOneGoes() {
    rig.dies("a a");
    rig.at("a").failed();
    rig.passes(8 * SECOND);
    rig.at("a").failed();
    rig.passes(8 * SECOND);
    rig.at("a").failed();
    assertThat(rig.underWay()).containsExactly("a2#1");
    assertThat(rig.store.letters).containsOnlyKeys(1L);
    assertThat(rig.queue.cursor()).isEqualTo(1);
    DeadLetter dead = rig.status().deadLetters().get(0);
    assertThat(dead.attempts()).isEqualTo(3);
    assertThat(dead.error()).isEqualTo("HTTP 500");
  }

  @Test
  void whatIsTriedTooLongIsOneToo() {
    rig.with(new Patience(10 * SECOND, 1_000, 20_000, SECOND, 8 * SECOND));
    rig.dies("a");
    for (int waited = 0; waited < 20; waited += 4) {
      assertThat(rig.store.letters).isEmpty();
      rig.at("a").failed();
      rig.passes(8 * SECOND);
      if (rig.sent.isEmpty()) {
        break;
      }
    }
    assertThat(rig.store.letters).containsOnlyKeys(1L);
  }

  @Test
  void aReceiverThatIsGoneIsNotAskedAgain() {
    rig.dies("a");
    rig.at("a").came(new Outcome.Gone("HTTP 410"));
    rig.passes(60 * SECOND);
    assertThat(rig.underWay()).isEmpty();
    assertThat(rig.store.letters).containsOnlyKeys(1L);
  }

  @Test
  void deadLettersAreReplayedOverARestartAndStayUntilTheyAreDelivered() {
    rig.dies("a b");
    String body = rig.at("a").letter.body().toStringUtf8();
    rig.at("a").came(new Outcome.Gone("HTTP 410"));
    rig.at("b").came(new Outcome.Gone("HTTP 410"));
    rig.passes(SECOND);
    rig.crash();
    rig.turn();
    assertThat(rig.underWay()).isEmpty();
    assertThat(rig.queue.replayDead()).isEqualTo(2);
    assertThat(rig.queue.replayDead()).isZero();
    rig.turn();
    assertThat(rig.underWay()).containsExactly("a1#1", "b2#1");
    assertThat(rig.at("a").letter.body().toStringUtf8()).isEqualTo(body);
    assertThat(rig.at("a").letter.id()).isEqualTo("a-lineage-1");
    rig.at("a").delivered();
    assertThat(rig.store.letters).containsOnlyKeys(2L);
    rig.at("b").came(new Outcome.Gone("HTTP 410"));
    assertThat(rig.store.letters).containsOnlyKeys(2L);
    assertThat(rig.queue.replayDead()).isEqualTo(1);
  }

  @Test
  void theOldestDeadLetterMakesRoom() {
    rig.dies("a b c d e f g h i j k l");
    while (!rig.sent.isEmpty()) {
      rig.sent.get(0).came(new Outcome.Gone("HTTP 410"));
    }
    assertThat(rig.store.letters).hasSize(10).doesNotContainKeys(1L, 2L);
    assertThat(rig.status().deadLetterCount()).isEqualTo(10);
    assertThat(rig.status().dead()).isEqualTo(12);
    assertThat(rig.status().evicted()).isEqualTo(2);
    HookRig smaller = new HookRig(new HookLimits(100, 4, 16));
    smaller.store.letters.putAll(rig.store.letters);
    smaller.queue = smaller.start();
    assertThat(smaller.status().deadLetterCount()).isEqualTo(4);
    assertThat(smaller.store.letters).containsOnlyKeys(9L, 10L, 11L, 12L);
  }

  @Test
  void ageCountsFromTheFirstAttemptAndOnNoClockThatIsSet() {
    rig.with(new Patience(10 * SECOND, 1_000, 20_000, SECOND, 8 * SECOND));
    rig.dies("a a");
    while (rig.store.letters.isEmpty()) {
      rig.sent.get(0).failed();
      rig.passes(8 * SECOND);
    }
    assertThat(rig.underWay()).containsExactly("a2#1");
    rig.wallMillis += TimeUnit.DAYS.toMillis(2);
    rig.at("a").failed();
    assertThat(rig.store.letters).containsOnlyKeys(1L);
  }

  @Test
  void aChangeThatCannotBeWrittenIsADeadLetterAndTheNextOneGoes() {
    rig.isMute = true;
    rig.dies("a");
    rig.isMute = false;
    rig.dies("b");
    assertThat(rig.underWay()).containsExactly("b2#1");
    assertThat(rig.store.letters).containsOnlyKeys(1L);
    assertThat(rig.status().deadLetters().get(0).error()).contains("no words");
    rig.at("b").delivered();
    assertThat(rig.queue.cursor()).isEqualTo(2);
  }

  @Test
  void whileTheLedgerIsAwayNothingIsRead() {
    rig.store.isFull = true;
    rig.dies("a");
    assertThat(rig.underWay()).isEmpty();
    rig.store.isFull = false;
    rig.turn();
    assertThat(rig.underWay()).containsExactly("a1#1");
  }

  /** No environment can hold it: the command would never start. */
  @Test
  void variablesAreWithoutNul() {
    rig.dies("a\0b");
    assertThat(rig.sent.get(0).letter.variables()).containsEntry("PULSEWATCH_INSTANCE", "ab");
  }

  @Test
  void whatTakesTooLongIsEndedAndTheNextWaitsUntilItHas() {
    rig.dies("a a");
    rig.passes(10 * SECOND - 1);
    HookRig.Sent slow = rig.at("a");
    assertThat(slow.cancelled).isFalse();
    rig.passes(1);
    assertThat(slow.cancelled).isTrue();
    rig.passes(60 * SECOND);
    assertThat(rig.underWay()).containsExactly("a1#1");
    slow.came(new Outcome.Failed("ended"));
    assertThat(rig.status().lastError()).isEqualTo("no answer within 10000 ms");
    rig.passes(SECOND);
    assertThat(rig.underWay()).containsExactly("a1#2");
  }

  @Test
  void whatComesInTheLastMomentIsDelivered() {
    rig.dies("a");
    rig.passes(10 * SECOND);
    rig.at("a").delivered();
    assertThat(rig.status().delivered()).isEqualTo(1);
  }

  @Test
  void whatIsNotKeptAnyMoreIsToldAsLost() {
    rig.dies("a a a b b");
    rig.sent.clear();
    HookRig poor = new HookRig();
    poor.store.keepCursor("pager", 1);
    poor.queue = poor.start();
    poor.happened.putAll(rig.happened);
    poor.lostTo = 3;
    poor.turn();
    assertThat(poor.sent).hasSize(2);
    Letter lost = poor.sent.get(0).letter;
    assertThat(lost.type()).isEqualTo("io.pulsewatch.changes.lost");
    assertThat(lost.body().toStringUtf8())
        .isEqualTo("{\"lost\":{\"afterRevision\":\"1\",\"throughRevision\":\"3\"}}");
    assertThat(poor.at("b").letter.revision()).isEqualTo(4);
    assertThat(poor.status().lost()).isEqualTo(1);
    assertThat(poor.queue.cursor()).isEqualTo(2); // the word of the loss is not delivered yet
  }

  @Test
  void aSourceThatHasNothingIsAskedAgain() {
    rig.isAway = true;
    rig.dies("a");
    assertThat(rig.status().lastError()).isEqualTo("the disk does not answer");
    rig.isAway = false;
    rig.passes(SECOND - 1);
    assertThat(rig.underWay()).isEmpty();
    rig.passes(1);
    assertThat(rig.underWay()).containsExactly("a1#1");
  }

  @Test
  void itCanBeSetBack() {
    rig.dies("a b a c");
    rig.at("a").delivered();
    rig.at("b").delivered();
    rig.at("c").delivered();
    assertThat(rig.underWay()).containsExactly("a3#1");
    rig.queue.rewind(1);
    assertThat(rig.kept()).isEqualTo(1);
    rig.turn();
    assertThat(rig.underWay()).containsExactly("a3#1", "b2#1", "c4#1");
    rig.at("a").delivered();
    assertThat(rig.underWay()).containsExactly("b2#1", "c4#1", "a3#1");
    while (!rig.sent.isEmpty()) {
      rig.sent.get(0).delivered();
    }
    assertThat(rig.queue.cursor()).isEqualTo(4);
  }

  @Test
  void anAnswerFromBeforeItWasSetBackIsOfNoUse() {
    rig.dies("a b");
    rig.at("a").delivered();
    rig.at("b").delivered();
    rig.happened.put(3L, Drafts.dead("c", 1).committed(3, false));
    assertThat(rig.queue.turn(rig.now(), rig.head())).isPositive(); // it asks what follows
    rig.queue.rewind(0);
    rig.turn();
    assertThat(rig.underWay()).containsExactly("a1#1", "b2#1", "c3#1");
  }

  @Test
  void itIsNeverSetForward() {
    rig.dies("a b c");
    rig.at("b").delivered();
    rig.at("c").delivered();
    rig.queue.rewind(2);
    assertThat(rig.kept()).isZero(); // a waits
    rig.crash();
    rig.turn();
    assertThat(rig.underWay()).containsExactly("a1#1", "b2#1", "c3#1");
  }

  @Test
  void aTestGoesFirstAndOnce() {
    rig.dies("a b c d e");
    List<Outcome> told = new ArrayList<>();
    assertThat(rig.queue.test(told::add)).isTrue();
    rig.at("a").delivered();
    HookRig.Sent test = rig.sent.get(rig.sent.size() - 1);
    assertThat(test.letter.type()).isEqualTo("io.pulsewatch.test");
    assertThat(test.letter.variables()).containsEntry("PULSEWATCH_TEST", "1");
    test.failed();
    assertThat(told).containsExactly(new Outcome.Failed("HTTP 500"));
    rig.passes(60 * SECOND);
    assertThat(rig.sent).noneMatch(each -> each.letter.type().equals("io.pulsewatch.test"));
    assertThat(rig.status().failed()).isZero();
  }

  @Test
  void testsDoNotPileUp() {
    rig.dies("a b c d");
    for (int i = 0; i < HookLimits.MAX_TESTS; i++) {
      assertThat(rig.queue.test(outcome -> {})).isTrue();
    }
    assertThat(rig.queue.test(outcome -> {})).isFalse();
  }

  @Test
  void onlyWhatIsSelectedIsSentAndTheRestIsPassed() {
    rig.states = Set.of(State.DEAD);
    rig.queue = rig.start();
    rig.registers("a");
    rig.registers("b");
    rig.dies("a");
    assertThat(rig.underWay()).containsExactly("a3#1");
    assertThat(rig.queue.cursor()).isEqualTo(2);
    rig.at("a").delivered();
    rig.registers("a");
    rig.passes(SECOND);
    assertThat(rig.kept()).isEqualTo(4);
  }

  @Test
  void lagIsTheAgeOfTheOldestThatIsNotDealtWith() {
    rig.dies("a");
    rig.passes(5 * SECOND);
    assertThat(rig.status().lagMillis()).isEqualTo(5_000);
    rig.at("a").delivered();
    assertThat(rig.status().lagMillis()).isZero();
  }
}
