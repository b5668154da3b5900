package io.pulsewatch.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.testing.LoggedLines;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log says of refusals. Confined to the test's thread. */
final class RefusedAnswersTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LoggedLines lines = new LoggedLines();
  private final RefusedAnswers refused = new RefusedAnswers(lines);

  @Test
  void theReasonIsToldInOneLine() {
    refused.onRefused("billing\n1", ResourceType.ENDPOINTS, "bad\u001b[2J port\r\n99999", 5);
    assertThat(lines.all())
        .containsExactly(
            "WARNING xDS client billing?1 refused what it was told of each endpoints; it is told"
                + " again when that changes: bad?[2J port??99999");
    refused.onRefused("", ResourceType.CLUSTER, "x".repeat(10_000), 6);
    assertThat(lines.all().get(1)).hasSizeLessThan(700).endsWith("..");
    assertThat(refused.count()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void whoRefusesAgainAndAgainFillsNoDisk(long origin) {
    for (int i = 0; i < 1_000; i++) {
      refused.onRefused("a", ResourceType.LISTENER, "no", origin + i);
    }
    assertThat(lines.all()).hasSize(RefusedAnswers.MAX_LINES);
    refused.onRefused("a", ResourceType.LISTENER, "no", origin + SECOND - 1);
    assertThat(lines.all()).hasSize(RefusedAnswers.MAX_LINES);
    refused.onRefused("a", ResourceType.LISTENER, "no", origin + SECOND);
    assertThat(lines.all()).hasSize(RefusedAnswers.MAX_LINES + 1);
    assertThat(refused.count()).as("all are counted").isEqualTo(1_002);
  }
}
