package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.testing.LoggedLines;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who tries tokens is seen, and cannot fill the disk. */
final class RefusalLogTest {
  private static final Access.Denied DENIED =
      new Access.Denied(Access.Reason.TOKEN_UNKNOWN, "Not one of ours.");

  private final LoggedLines lines = new LoggedLines();
  private long nanos = Long.MAX_VALUE;
  private final RefusalLog log = new RefusalLog(lines, () -> nanos);

  @Test
  void saysWhoAskedForWhatAndWhyNot() {
    log.onRefused(DENIED, "pulsewatch.v1.WatchService/Watch", new InetSocketAddress("10.0.0.7", 1));
    log.onRefused(DENIED, "GET /metrics", null);
    assertThat(lines.all())
        .containsExactly(
            "INFO refused pulsewatch.v1.WatchService/Watch to /10.0.0.7:1: TOKEN_UNKNOWN",
            "INFO refused GET /metrics to an unknown peer: TOKEN_UNKNOWN");
  }

  /** A path is whatever its writer likes. */
  @Test
  void writesNoLinesButItsOwn() {
    log.onRefused(DENIED, "GET /v1/instances/a\n2026 INFO orders DEAD/\u001b[2J\u00e9", null);
    log.onRefused(DENIED, "x".repeat(10_000), null);
    assertThat(lines.all().get(0))
        .isEqualTo(
            "INFO refused GET /v1/instances/a?2026 INFO orders DEAD/?[2J? to an unknown peer:"
                + " TOKEN_UNKNOWN");
    assertThat(lines.all().get(1)).hasSizeLessThan(300);
  }

  @Test
  void pastSoManyInASecondTheyAreCounted() {
    for (int i = 0; i < RefusalLog.MAX_LINES + 7; i++) {
      log.onRefused(DENIED, "a", null);
    }
    assertThat(lines.all()).hasSize(RefusalLog.MAX_LINES);
    nanos += TimeUnit.SECONDS.toNanos(1); // the clock wraps
    log.onRefused(DENIED, "a", null);
    log.onRefused(DENIED, "a", null);
    assertThat(lines.all().subList(RefusalLog.MAX_LINES, lines.all().size()))
        .containsExactly(
            "INFO refused a to an unknown peer: TOKEN_UNKNOWN, and 7 more before it",
            "INFO refused a to an unknown peer: TOKEN_UNKNOWN");
  }
}
