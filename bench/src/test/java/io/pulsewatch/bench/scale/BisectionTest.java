package io.pulsewatch.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The search for the most instances. Confined to the test's thread. */
final class BisectionTest {
  private static final int[] SIZES = {10, 20, 30, 40, 50, 75, 100};

  @ParameterizedTest
  @CsvSource({
    "0, 0, 10",
    "9, 0, 10",
    "10, 10, 20",
    "39, 30, 40",
    "40, 40, 50",
    "99, 75, 100",
    "100, 100, 0"
  })
  void findsTheGreatestThatHoldsInThreeProbes(int limit, int largest, int tooMany) {
    List<Integer> probed = new ArrayList<>();
    Bisection bisection = new Bisection(SIZES);
    while (!bisection.isDone()) {
      probed.add(bisection.next());
      bisection.on(bisection.next() <= limit);
    }

    assertThat(bisection.largest()).isEqualTo(largest);
    assertThat(bisection.tooMany()).isEqualTo(tooMany);
    assertThat(probed).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void probesTheOnlySize() {
    Bisection bisection = new Bisection(7);

    assertThat(bisection.next()).isEqualTo(7);
    bisection.on(true);
    assertThat(bisection.isDone()).isTrue();
    assertThat(bisection.largest()).isEqualTo(7);
  }
}
