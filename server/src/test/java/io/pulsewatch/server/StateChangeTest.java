package io.pulsewatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The line that people search their logs for. */
final class StateChangeTest {
  @ParameterizedTest
  @CsvSource({
    "-1, 0.000",
    "-99000000, 0.000",
    "-150000000, 0.000",
    "0, 0.000",
    "499999, 0.000",
    "500000, 0.001",
    "42000000, 0.042",
    "3003400000, 3.003",
    "86400000000000, 86400.000"
  })
  void saysHowLongItWasSilent(long nanos, String seconds) {
    StateChange change =
        new StateChange(
            "orders", "a-1", "SUSPECT", "DEAD", "SILENCE", Duration.ofNanos(nanos), 1_700, 42);
    assertThat(change)
        .hasToString(
            "orders/a-1 SUSPECT -> DEAD SILENCE silence="
                + seconds
                + "s revision=1700 incarnation=42");
  }

  @ParameterizedTest
  @CsvSource({"'', -", "ALIVE, ALIVE"})
  void aNewNameHasNoStateBefore(String from, String told) {
    StateChange change =
        new StateChange("a", "b", from, "ALIVE", "REGISTERED", Duration.ZERO, 1, 2);
    assertThat(change.toString()).startsWith("a/b " + told + " -> ALIVE REGISTERED ");
  }
}
