package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.cli.replay.Trace;
import io.pulsewatch.cli.replay.TraceReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recorder between clients and a server, as processes. Confined to the test's thread. */
@Tag("once")
final class RecordIT {
  private static final Pattern ADDRESS = Pattern.compile("(?:on|records) (\\S+:\\d+) ");

  @TempDir private Path folder = Path.of("");

  @Test
  void clientsDoNotNoticeAndTracesCanBeReplayed() throws Exception {
    try (Launched serve = Launched.start("serve", "--memory", "--listen", "127.0.0.1:0")) {
      String server = address(serve.line("listens on"));
      try (Launched record =
          Launched.start(
              "record",
              "orders",
              "--listen",
              "127.0.0.1:0",
              "--server",
              server,
              "--out",
              folder.toString())) {
        String relay = address(record.line("records"));
        // Watched at the server itself and through the relay: both see the same.
        try (Launched there = Launched.start("watch", "--server", server);
            Launched here = Launched.start("watch", "--server", relay)) {
          there.error("no instances yet");
          here.error("no instances yet");
          beat(relay, "orders", 4);
          beat(relay, "billing", 0);
          there.line("orders/a");
          here.line("orders/a");
          here.line("ALIVE -> LEFT");
        }
        record.signal("TERM");
        assertThat(record.exitCode()).isZero();
        assertThat(record.rest()).contains(" heartbeats in 1 files in " + folder);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("orders_a.csv"));
    }
    Trace trace = new TraceReader().read(folder.resolve("orders_a.csv"));
    assertThat(trace.size()).isGreaterThanOrEqualTo(10);
    assertThat(trace.estimatedIntervalNanos()).isBetween(90_000_000L, 110_000_000L);
    try (Launched replay =
        Launched.start("replay", "-o", "json", folder.resolve("orders_a.csv").toString())) {
      assertThat(replay.exitCode()).isZero();
      assertThat(replay.rest().lines()).hasSize(80);
    }
  }

  @Test
  void whatCannotBeIsToldAtOnce() throws Exception {
    String out = folder.toString();
    refused(
        ExitCodes.REFUSED,
        "will not listen on 0.0.0.0:5782: others can reach it",
        "--listen",
        "0.0.0.0:5782",
        "--out",
        out);
    refused(ExitCodes.USAGE, "'a/b/c' (expected: SERVICE or SERVICE/ID", "a/b/c", "--out", out);
    refused(ExitCodes.USAGE, "Missing required option: '--out=DIR'", "orders");
  }

  private static void refused(int exitCode, String text, String... args) throws Exception {
    String[] line = new String[args.length + 1];
    line[0] = "record";
    System.arraycopy(args, 0, line, 1, args.length);
    try (Launched record = Launched.start(line)) {
      assertThat(record.exitCode()).isEqualTo(exitCode);
      assertThat(record.restOfErrors()).contains(text).hasLineCount(1);
    }
  }

  /** Beats for so many seconds, and leaves. */
  private static void beat(String server, String service, int seconds) throws Exception {
    try (Launched beat =
        Launched.start(
            "beat",
            "--server",
            server,
            "--service",
            service,
            "--id",
            "a",
            "--interval",
            "100ms",
            "--",
            "sleep",
            Integer.toString(seconds))) {
      assertThat(beat.exitCode()).isZero();
    }
  }

  private static String address(String line) {
    Matcher matcher = ADDRESS.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return matcher.group(1);
  }
}
