package io.pulsewatch.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Medians and their intervals. Confined to the test's thread. */
final class StatisticsTest {
  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
  }

  @Test
  void medianOfAnOddNumberIsTheMiddle() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3.0);
  }

  /** The table of order statistics for a 95 % interval of a median, as textbooks print it. */
  @ParameterizedTest
  @CsvSource({
    "6, 1, 6, 0.969",
    "9, 2, 8, 0.961",
    "10, 2, 9, 0.979",
    "12, 3, 10, 0.961",
    "15, 4, 12, 0.965",
    "20, 6, 15, 0.959",
  })
  void intervalIsBetweenTheRanksOfTheTable(int n, double low, double high, double level) {
    List<Double> values = IntStream.rangeClosed(1, n).mapToObj(i -> (double) i).toList();

    Statistics.Interval interval = Statistics.medianInterval(values, 0.95);

    assertThat(interval.low()).isEqualTo(low);
    assertThat(interval.high()).isEqualTo(high);
    assertThat(interval.level()).isEqualTo(level, within(0.0006));
  }

  @Test
  void tooFewValuesGiveTheWholeRangeAndSayHowLittleThatIs() {
    Statistics.Interval interval = Statistics.medianInterval(List.of(1.0, 2.0, 3.0), 0.95);

    assertThat(interval).isEqualTo(new Statistics.Interval(1, 3, 0.75));
  }
}
