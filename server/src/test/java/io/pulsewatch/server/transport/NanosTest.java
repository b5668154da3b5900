package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations and instants between the wire and the kernel. */
final class NanosTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0, 1000000000",
    "0, 1, 1",
    "0, -1, -1",
    "-1, -1, -1000000001",
    "2, 500000000, 2500000000",
    // Fields that disagree, or hold more than they should: wrong, and finite.
    "1, -1, 999999999",
    "0, 2147483647, 1000000000",
    "0, -2147483648, -1000000000",
    "9223372035, 999999999, 9223372035999999999",
    "9223372036854775807, 2147483647, 9223372036000000000",
    "-9223372036854775808, -2147483648, -9223372036000000000",
    "1000000000000, 0, 9223372035000000000",
    "-1000000000000, 0, -9223372035000000000"
  })
  void saturates(long seconds, int nanos, long expected) {
    assertThat(Nanos.of(Requests.nanos(seconds, nanos))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999_999_999, 1_000_000_000, 4_740_259_990L, Long.MAX_VALUE})
  void durationsComeBack(long nanos) {
    Duration duration = Nanos.duration(nanos);
    assertThat(duration.getSeconds() * 1_000_000_000 + duration.getNanos()).isEqualTo(nanos);
    assertThat(duration.getNanos()).isBetween(0, 999_999_999);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "1, 0, 1000000",
    "999, 0, 999000000",
    "1000, 1, 0",
    "-1, -1, 999000000",
    "1790000000123, 1790000000, 123000000"
  })
  void instants(long millis, long seconds, int nanos) {
    assertThat(Nanos.timestamp(millis))
        .isEqualTo(Timestamp.newBuilder().setSeconds(seconds).setNanos(nanos).build());
  }
}
