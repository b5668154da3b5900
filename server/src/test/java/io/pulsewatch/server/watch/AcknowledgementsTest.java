package io.pulsewatch.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.watch.Acknowledgements.Missing;
import io.pulsewatch.server.watch.Acknowledgements.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class AcknowledgementsTest {
  private static final long ORIGIN = Math.subtractExact(Long.MAX_VALUE, 50);

  private int ended;
  private final Acknowledgements names = new Acknowledgements(3, ORIGIN);
  private final List<List<Missing>> answers = new ArrayList<>();

  @Test
  void aNameIsKnownFromItsFirstWatch() {
    assertThat(names.acknowledge("lb", 5)).isEqualTo(Acknowledgements.UNKNOWN);
    assertThat(names.open("lb")).isTrue();
    assertThat(names.acknowledge("lb", 5)).isEqualTo(5);
    names.close("lb");
    assertThat(names.acknowledge("lb", 7)).as("a watch that was cut").isEqualTo(7);
  }

  @Test
  void whatIsAcknowledgedOnlyGrows() {
    names.open("lb");
    names.acknowledge("lb", 5);
    assertThat(names.acknowledge("lb", 4)).isEqualTo(5);
    assertThat(names.acknowledge("lb", 5)).isEqualTo(5);
    names.close("lb");
    names.open("lb");
    assertThat(names.acknowledge("lb", 0)).isEqualTo(5);
  }

  @Test
  void allHaveToHaveDoneIt() {
    names.open("a");
    names.open("b");
    names.await(5, List.of("a", "b"), 100, answers::add, () -> ended++);
    names.acknowledge("a", 9);
    names.acknowledge("b", 4);
    assertThat(answers).isEmpty();
    names.acknowledge("b", 5);
    assertThat(answers).containsExactly(List.of());
    names.turn(ORIGIN + 200);
    assertThat(answers).hasSize(1);
    assertThat(names.waiting()).isZero();
  }

  @Test
  void whatWasDoneBeforeIsDone() {
    names.open("a");
    names.acknowledge("a", 9);
    assertThat(names.await(9, List.of("a"), 100, answers::add, () -> ended++)).isNull();
    names.await(9, List.of(), 100, answers::add, () -> ended++);
    assertThat(answers).containsExactly(List.of(), List.of());
  }

  @Test
  void timeIsUpExactlyThen() {
    names.open("a");
    names.open("gone");
    names.acknowledge("gone", 2);
    names.close("gone");
    names.await(5, List.of("a", "gone", "never"), 100, answers::add, () -> ended++);
    names.turn(ORIGIN + 99);
    assertThat(answers).isEmpty();
    names.turn(ORIGIN + 100);
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0))
        .containsExactlyInAnyOrder(
            new Missing("a", true, 0),
            new Missing("gone", false, 2),
            new Missing("never", false, 0));
    names.acknowledge("a", 5);
    assertThat(answers).hasSize(1);
  }

  /** Who is on the way back is waited for. */
  @Test
  void aNameMayComeLater() {
    names.await(5, List.of("late"), 100, answers::add, () -> ended++);
    names.open("late");
    names.acknowledge("late", 5);
    assertThat(answers).containsExactly(List.of());
  }

  @Test
  void whoIsForgottenIsToldNothing() {
    names.open("a");
    Wait wait =
        Objects.requireNonNull(names.await(5, List.of("a"), 100, answers::add, () -> ended++));
    names.await(5, List.of("a"), 100, answers::add, () -> ended++);
    names.forget(wait);
    names.forget(wait);
    names.turn(ORIGIN + 1_000);
    assertThat(answers).hasSize(1);
  }

  @Test
  void atTheEndNobodyIsSaidToBeMissing() {
    names.await(5, List.of("a"), 100, answers::add, () -> ended++);
    names.await(5, List.of("a"), 50, answers::add, () -> ended++);
    names.await(5, List.of("a"), 0, answers::add, () -> ended++);
    assertThat(answers).as("no time is no wait").hasSize(1);
    names.end();
    assertThat(answers).hasSize(1);
    assertThat(ended).isEqualTo(2);
    assertThat(names.waiting()).isZero();
    names.await(5, List.of("a"), 100, answers::add, () -> ended++);
    assertThat(ended).as("later, too").isEqualTo(3);
  }

  @Test
  void thereIsALimitAndTheOneThatClosedFirstMakesRoom() {
    names.open("a");
    names.open("b");
    names.open("c");
    assertThat(names.open("d")).isFalse();
    assertThat(names.open("a")).as("once more").isTrue();
    names.close("a");
    assertThat(names.open("d")).as("one of two").isFalse();
    names.close("b");
    names.close("a");
    assertThat(names.open("d")).isTrue();
    assertThat(names.acknowledge("b", 1)).isEqualTo(Acknowledgements.UNKNOWN);
    assertThat(names.acknowledge("a", 1)).isEqualTo(1);
    assertThat(names.names()).isEqualTo(3);
  }
}
