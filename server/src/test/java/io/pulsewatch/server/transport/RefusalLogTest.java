package io.pulsewatch.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who tries tokens is seen, and cannot fill the disk. */
final class RefusalLogTest {
  private static final Access.Denied DENIED =
      new Access.Denied(Access.Reason.TOKEN_UNKNOWN, "Not one of ours.");

  private final Lines lines = new Lines();
  private long nanos = Long.MAX_VALUE;
  private final RefusalLog log = new RefusalLog(lines, () -> nanos);

  @Test
  void saysWhoAskedForWhatAndWhyNot() {
    log.onRefused(DENIED, "pulsewatch.v1.WatchService/Watch", new InetSocketAddress("10.0.0.7", 1));
    log.onRefused(DENIED, "GET /metrics", null);
    assertThat(lines.all)
        .containsExactly(
            "refused pulsewatch.v1.WatchService/Watch to /10.0.0.7:1: TOKEN_UNKNOWN",
            "refused GET /metrics to an unknown peer: TOKEN_UNKNOWN");
  }

  /** A path is whatever its writer likes. */
  @Test
  void writesNoLinesButItsOwn() {
    log.onRefused(DENIED, "GET /v1/instances/a\n2026 INFO orders DEAD/\u001b[2J\u00e9", null);
    log.onRefused(DENIED, "x".repeat(10_000), null);
    assertThat(lines.all.get(0))
        .isEqualTo(
            "refused GET /v1/instances/a?2026 INFO orders DEAD/?[2J? to an unknown peer:"
                + " TOKEN_UNKNOWN");
    assertThat(lines.all.get(1)).hasSizeLessThan(300);
  }

  @Test
  void pastSoManyInASecondTheyAreCounted() {
    for (int i = 0; i < RefusalLog.MAX_LINES + 7; i++) {
      log.onRefused(DENIED, "a", null);
    }
    assertThat(lines.all).hasSize(RefusalLog.MAX_LINES);
    nanos += TimeUnit.SECONDS.toNanos(1); // the clock wraps
    log.onRefused(DENIED, "a", null);
    log.onRefused(DENIED, "a", null);
    assertThat(lines.all.subList(RefusalLog.MAX_LINES, lines.all.size()))
        .containsExactly(
            "refused a to an unknown peer: TOKEN_UNKNOWN, and 7 more before it",
            "refused a to an unknown peer: TOKEN_UNKNOWN");
  }

  /** Keeps what is logged. Confined to the test's thread. */
  private static final class Lines implements System.Logger {
    final List<String> all = new ArrayList<>();

    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      all.add(String.valueOf(message));
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, @Nullable String format, Object... params) {
      all.add(MessageFormat.format(String.valueOf(format), params));
    }
  }
}
