package io.pulsewatch.server.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When times are stretched, and when that ends. */
final class PressureTest {
  private static final Load FULL = new Load(0.85, 0, 5_000);
  private static final Load HALF = new Load(0.7, 0, 5_000);
  private static final Load CALM = new Load(0.59, 0.9, 5_000);

  private final Pressure pressure = new Pressure();

  private boolean crowded;
  private long intervalNanos = 2_000_000_000L;

  private int look(Load load, int looks) {
    int sum = 0;
    for (int i = 0; i < looks; i++) {
      sum += pressure.onLoad(load, crowded, intervalNanos);
    }
    return sum;
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
}
