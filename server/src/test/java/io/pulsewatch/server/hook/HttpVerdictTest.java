package io.pulsewatch.server.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP answers mean. */
final class HttpVerdictTest {
  /** 2026-11-23T19:00:00Z. */
  private static final long NOW = 1_795_460_400_000L;

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 204, 299})
  void received(int status) {
    assertThat(HttpVerdict.of(status, "", NOW)).isInstanceOf(Outcome.Delivered.class);
  }

  @ParameterizedTest
  @CsvSource({
    "500, '', 0",
    "301, '', 0",
    "400, '', 0",
    "404, '', 0",
    "199, '', 0",
    "429, '7', 7",
    "503, ' 120 ', 120",
    "503, '-1', 0",
    "503, 'soon', 0",
    "503, '99999999999', 0",
    "503, 'Mon, 23 Nov 2026 19:01:00 GMT', 60",
    "503, 'Mon, 23 Nov 2026 18:00:00 GMT', 0",
  })
  void notReceived(int status, String retryAfter, long seconds) {
    assertThat(HttpVerdict.of(status, retryAfter, NOW))
        .isEqualTo(new Outcome.Failed("HTTP " + status, TimeUnit.SECONDS.toNanos(seconds)));
  }

  @Test
  void gone() {
    assertThat(HttpVerdict.of(410, "7", NOW)).isInstanceOf(Outcome.Gone.class);
  }
}
