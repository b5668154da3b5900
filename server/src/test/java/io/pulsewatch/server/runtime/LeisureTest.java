package io.pulsewatch.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nobody waits for, in virtual time: each task takes 0.1 ms. */
final class LeisureTest {
  private static final long TASK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final int PER_SLICE = 3;
  private static final long PERIOD_NANOS = Leisure.SLICE_NANOS + Leisure.REST_NANOS;

  private long nanos = Long.MAX_VALUE - PERIOD_NANOS; // it passes zero
  private final List<Integer> done = new ArrayList<>();
  private final List<Later> scheduled = new ArrayList<>();
  private final Leisure leisure =
      new Leisure((task, inNanos) -> scheduled.add(new Later(task, inNanos)), () -> nanos);

  private record Later(Runnable task, long inNanos) {}

  private void add(int number) {
    leisure.execute(
        () -> {
          done.add(number);
          nanos += TASK_NANOS;
        });
  }

  /** The only one that is scheduled, when its time has come. */
  private long runNext() {
    assertThat(scheduled).hasSize(1);
    Later next = scheduled.remove(0);
    nanos += next.inNanos();
    next.task().run();
    return next.inNanos();
  }

  @Test
  void oneIsDoneAtOnceAndSoIsTheNextAfterARest() {
    for (int i = 0; i < 3; i++) {
      add(i);
      assertThat(runNext()).isZero();
      assertThat(done).hasSize(i + 1);
      nanos += PERIOD_NANOS;
    }
    assertThat(scheduled).isEmpty();
  }

  @Test
  void manyAreDoneInOrderInATenthOfTheTime() {
    int tasks = 10 * PER_SLICE;
    IntStream.range(0, tasks).forEach(this::add);
    long begunNanos = nanos;
    assertThat(runNext()).isZero();
    assertThat(done).hasSize(PER_SLICE);
    while (!scheduled.isEmpty()) {
      assertThat(runNext()).isEqualTo(Leisure.REST_NANOS);
    }
    assertThat(done).isEqualTo(IntStream.range(0, tasks).boxed().toList());
    assertThat(nanos - begunNanos).isEqualTo(9 * PERIOD_NANOS + Leisure.SLICE_NANOS);
  }

  /** As verdicts do: each is posted when the one before is done. */
  @Test
  void thoseThatComeOneByOneGetNoMore() {
    for (int i = 0; i < PER_SLICE; i++) {
      add(i);
      assertThat(runNext()).isZero();
    }
    add(PER_SLICE);
    assertThat(runNext()).isZero();
    assertThat(done).hasSize(PER_SLICE);
    assertThat(runNext()).isEqualTo(Leisure.REST_NANOS);
    assertThat(done).hasSize(PER_SLICE + 1);
  }

  @Test
  void oneThatFailsStopsNone() {
    leisure.execute(
        () -> {
          throw new IllegalStateException("planted");
        });
    add(1);
    assertThatThrownBy(this::runNext).hasMessage("planted");
    runNext();
    assertThat(done).containsExactly(1);
    assertThat(scheduled).isEmpty();
  }
}
