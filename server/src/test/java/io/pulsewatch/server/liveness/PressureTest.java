package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When times are stretched, and when that ends. */
final class PressureTest {
  private static final Load FULL = new Load(0.85, 0, 5_000);
  private static final Load HALF = new Load(0.7, 0, 5_000);
  private static final Load CALM = new Load(0.59, 0.9, 5_000);

  /** Half as much again as can be read, and heartbeats are less than half of what is read. */
  private static final Load BEHIND = demanding(1.5, 1);

  private static final int STEP = 1;

  private final Pressure pressure = new Pressure();

  private boolean crowded;
  private boolean warmsUp;
  private double suspectShare;
  private long intervalNanos = 2_000_000_000L;

  private int to(Load load, int step) {
    Circumstances now = new Circumstances(crowded, warmsUp, suspectShare, intervalNanos);
    return pressure.onLoad(load, now, step);
  }

  /** By how many steps up or down, where none of them is taken. */
  private int look(Load load, int looks) {
    int sum = 0;
    for (int i = 0; i < looks; i++) {
      sum += to(load, STEP) - STEP;
    }
    return sum;
  }

  /** In percent, after three looks from as many. */
  private int leap(Load load, int percent) {
    int step = Stretch.stepOf(percent);
    assertThat(to(load, step)).isEqualTo(step);
    assertThat(to(load, step)).isEqualTo(step);
    return Stretch.percentOf(to(load, step));
  }

  private static Load demanding(double demand, double told) {
    return new Load(0.4, 0, 5_000, 8_000 / told, 8_000, demand);
  }

  @Test
  void aBurstPasses() {
    assertThat(look(FULL, 2)).isZero();
    assertThat(look(HALF, 1)).isZero();
    assertThat(look(FULL, 2)).isZero();
    assertThat(look(FULL, 1)).isEqualTo(1);
  }

  /** Nothing counts for ten seconds, and then it takes as long as the first time. */
  @Test
  void theNextStepWaitsForAnAnswerToTheLast() {
    assertThat(look(FULL, 3)).isEqualTo(1);
    assertThat(look(FULL, 12)).isZero();
    assertThat(look(FULL, 1)).isEqualTo(1);
    assertThat(look(FULL, 130)).isEqualTo(10);
  }

  @Test
  void whoBeatsSeldomAnswersLater() {
    intervalNanos = 60_000_000_000L;
    assertThat(look(FULL, 3)).as("the first waits for nobody").isEqualTo(1);
    intervalNanos = 75_000_000_000L;
    assertThat(look(FULL, 62)).as("a minute, not 150 s").isZero();
    assertThat(look(FULL, 1)).isEqualTo(1);
    intervalNanos = 20_000_000_000L;
    assertThat(look(FULL, 42)).isZero();
    assertThat(look(FULL, 1)).isEqualTo(1);
  }

  /** It counts neither for nor against. */
  @Test
  void whatACrowdCostsPassesWithIt() {
    crowded = true;
    assertThat(look(FULL, 30)).isZero();
    crowded = false;
    assertThat(look(FULL, 2)).isZero();
    crowded = true;
    assertThat(look(FULL, 1)).isZero();
    assertThat(look(HALF, 1)).isZero();
    crowded = false;
    assertThat(look(FULL, 1)).isEqualTo(1);
  }

  /** Where somebody waits at the door each second, it is the load that makes him wait. */
  @Test
  void aCrowdThatStaysExplainsHalfAMinute() {
    crowded = true;
    assertThat(look(FULL, 32)).isZero();
    assertThat(look(FULL, 1)).isEqualTo(1);
  }

  @Test
  void downTakesAMinute() {
    assertThat(look(CALM, 59)).isZero();
    assertThat(look(CALM, 1)).isEqualTo(-1);
    assertThat(look(CALM, 59)).isZero();
    assertThat(look(HALF, 1)).as("begins anew").isZero();
    assertThat(look(CALM, 59)).isZero();
    assertThat(look(CALM, 1)).isEqualTo(-1);
  }

  @Test
  void whatIsNeitherMuchNorLittleChangesNothing() {
    assertThat(look(HALF, 1_000)).isZero();
  }

  /** A JVM that warms up, a starved machine with few streams, watchers: fewer would not help. */
  @Test
  void fewHeartbeatsAreNotWhatKeepsUsBusy() {
    assertThat(look(new Load(1, 0.9, 4_999), 59)).isZero();
    assertThat(look(new Load(1, 0.9, 4_999), 1)).as("it ends so, too").isEqualTo(-1);
  }

  /** A collector, a neighbour and a flood make our ticks late, too. */
  @Test
  void pausesCountBesideTheWorkOfHeartbeatsOnly() {
    assertThat(look(new Load(0.74, 1, 100_000), 1_000)).isZero();
    assertThat(look(new Load(0.75, 0.19, 100_000), 1_000)).isZero();
    assertThat(look(new Load(0.75, 0.2, 100_000), 3)).isEqualTo(1);
  }

  /** Else ordinary pauses would keep times long for ever. */
  @Test
  void pausesKeepNothingUp() {
    assertThat(look(new Load(0.59, 1, 100_000), 60)).isEqualTo(-1);
  }

  @Test
  void theWaitBeginsWhenTheStepIsInForce() {
    assertThat(look(FULL, 3)).isEqualTo(1);
    for (int i = 0; i < 100; i++) {
      pressure.awaitStep();
      assertThat(look(FULL, 1)).isZero();
    }
    assertThat(look(FULL, 11)).isZero();
    assertThat(look(FULL, 1)).isEqualTo(1);
  }

  /** To where heartbeats take four fifths of what can be read. */
  @Test
  void whatIsKnownToBeTooMuchIsStretchedAtOnceByAsMuch() {
    assertThat(leap(demanding(1.01, 1), 100)).isEqualTo(150);
    assertThat(new Pressure().onLoad(BEHIND, new Circumstances(false, false, 0, 1), 0)).isZero();
    assertThat(new PressureTest().leap(BEHIND, 100)).isEqualTo(200);
    assertThat(new PressureTest().leap(demanding(1.2, 1), 100)).isEqualTo(150);
  }

  /** Three bad seconds may lie. */
  @Test
  void butToTheDoubleAtTheMost() {
    assertThat(leap(demanding(9, 1), 100)).isEqualTo(200);
    assertThat(new PressureTest().leap(demanding(9, 1.5), 150)).isEqualTo(300);
    assertThat(new PressureTest().leap(demanding(9, 4), 400)).isEqualTo(400);
  }

  @Test
  void itGoesByTheLeastOfThreeLooks() {
    assertThat(to(demanding(9, 1), 0)).isZero();
    assertThat(to(demanding(1.1, 1), 0)).isZero();
    assertThat(to(demanding(9, 1), 0)).isEqualTo(Stretch.stepOf(150));
  }

  @Test
  void aSecondInWhichItIsNotBehindBeginsAnew() {
    assertThat(to(BEHIND, 0)).isZero();
    assertThat(to(BEHIND, 0)).isZero();
    assertThat(to(demanding(0, 1), 0)).isZero();
    assertThat(leap(BEHIND, 100)).isEqualTo(200);
  }

  /** What it costs to register is known, too; what it costs to warm up is not. */
  @Test
  void aCrowdHidesNothingOfIt() {
    warmsUp = true;
    assertThat(look(BEHIND, 50)).isZero();
    warmsUp = false;
    crowded = true;
    assertThat(leap(BEHIND, 100)).isEqualTo(200);
  }

  /** The answer to a leap is known when they were told. */
  @Test
  void theNextOneWaitsUntilTheyWereToldAndNoLonger() {
    assertThat(leap(demanding(4, 1), 100)).isEqualTo(200);
    int step = Stretch.stepOf(200);
    assertThat(to(demanding(4, 1.4), step)).isEqualTo(step);
    assertThat(to(demanding(4, 1.89), step)).isEqualTo(step);
    assertThat(leap(demanding(4, 1.91), 200)).isEqualTo(400);
  }

  /** The silent are never told. */
  @Test
  void norForeverForThoseWhoAreNotTold() {
    assertThat(leap(demanding(4, 1), 100)).isEqualTo(200);
    int step = Stretch.stepOf(200);
    for (int i = 0; i < 12; i++) {
      assertThat(to(demanding(4, 1.2), step)).isEqualTo(step);
    }
    assertThat(Stretch.percentOf(to(demanding(4, 1.2), step))).isEqualTo(400);
  }

  @Test
  void whatTheStepInForceIsEnoughForIsNoReasonForAnother() {
    for (int i = 0; i < 30; i++) {
      assertThat(to(demanding(1.5, 1.5), Stretch.stepOf(150))).isEqualTo(Stretch.stepOf(150));
    }
  }

  /** They are due, and gone. */
  @Test
  void whereManyAreSuspectNobodyKnowsWhatIsDue() {
    suspectShare = 0.11;
    assertThat(look(BEHIND, 50)).isZero();
    suspectShare = 0.1;
    assertThat(leap(BEHIND, 100)).isEqualTo(200);
  }

  @Test
  void norWhereFewHeartbeatsAreRead() {
    assertThat(look(new Load(0.7, 0, 4_999, 8_000, 8_000, 9), 50)).isZero();
  }

  /** As many as can be read were asked for; what stayed unread before is read now. */
  @Test
  void whatIsMadeUpForAfterAStepIsNoReasonForTheNext() {
    Load makingUp = new Load(1, 0, 11_001, 10_000, 20_000, 0);
    assertThat(look(makingUp, 3)).as("before a step it may be how they are").isEqualTo(1);
    assertThat(look(makingUp, 32)).as("it may be that nobody obeys").isZero();
    assertThat(look(makingUp, 1)).isEqualTo(1);
    assertThat(look(makingUp, 20)).isZero();
    assertThat(look(new Load(1, 0, 11_000, 10_000, 20_000, 0), 3)).isEqualTo(1);
  }
}
