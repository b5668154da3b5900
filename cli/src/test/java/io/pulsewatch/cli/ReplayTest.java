package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pulsewatch replay} over small traces. Confined to the test's thread. */
final class ReplayTest {
  private static final long MILLI = 1_000_000;
  private final Shell shell = Shell.withoutServer();

  @TempDir private Path folder = Path.of("");
  private Path steady = Path.of("");
  private Path stalling = Path.of("");

  @BeforeEach
  void write() throws IOException {
    steady = trace("steady.csv", 0);
    stalling = trace("stalling.csv", 50);
  }

  @Test
  void jsonIsOneObjectALineForEachSetting() throws IOException {
    assertThat(run("-o", "json", stalling.toString())).isEqualTo(ExitCodes.DONE);
    List<Struct> rows = rows();
    assertThat(rows).hasSize(5 * 16);
    for (Struct row : rows) {
      assertThat(row.getFieldsMap().keySet())
          .containsExactlyInAnyOrder(
              "detector",
              "knob",
              "detection_ms_mean",
              "mistakes_per_beat",
              "mistake_ms_mean",
              "query_accuracy");
      assertThat(number(row, "query_accuracy")).isBetween(0.0, 1.0);
      assertThat(number(row, "detection_ms_mean")).isPositive();
    }
    assertThat(rows)
        .extracting(row -> row.getFieldsOrThrow("detector").getStringValue())
        .contains("tail", "fixed", "phi", "phi-exponential", "nfd2w");
  }

  @Test
  void aFixedTimeoutIsWrongAboutTheStallsThatAreLonger() throws IOException {
    assertThat(run("-o", "json", "--warm-up", "0", stalling.toString())).isEqualTo(ExitCodes.DONE);
    // Every 50th heartbeat is 250 ms late, and those behind it come in a burst.
    for (Struct row : rows()) {
      if (row.getFieldsOrThrow("detector").getStringValue().equals("fixed")) {
        double timeout = number(row, "knob");
        assertThat(number(row, "detection_ms_mean")).isBetween(timeout, timeout + 20);
        assertThat(number(row, "mistakes_per_beat"))
            .as("timeout %s", timeout)
            .isEqualTo(timeout >= 350 ? 0 : 20 / 999.0);
      }
    }
  }

  @Test
  void eachFileAndAllTogether() throws IOException {
    assertThat(run("-o", "json", "--per-file", steady.toString(), stalling.toString()))
        .isEqualTo(ExitCodes.DONE);
    List<Struct> rows = rows();
    assertThat(rows).hasSize(3 * 5 * 16);
    assertThat(rows.get(0).getFieldsOrThrow("file").getStringValue()).isEqualTo(steady.toString());
    assertThat(rows.get(2 * 5 * 16).containsFields("file")).isFalse();
  }

  @Test
  void peopleGetWhatComparesFirst() {
    assertThat(run(stalling.toString())).isEqualTo(ExitCodes.DONE);
    assertThat(shell.out())
        .startsWith("899 heartbeats of 1 traces, interval 100 ms\n")
        .contains("DETECTION AT EQUAL MISTAKES  1 IN 100", "tail", "never", "timeout 300 ms");
  }

  @Test
  void thePlotIsSvg() throws IOException {
    Path svg = folder.resolve("plot.svg");
    assertThat(run("--svg", svg.toString(), stalling.toString())).isEqualTo(ExitCodes.DONE);
    assertThat(Files.readString(svg)).startsWith("<svg ").contains("tail").endsWith("</svg>\n");
  }

  @Test
  void theIntervalMayBeSaid() throws IOException {
    assertThat(run("-o", "json", "--interval", "1s", steady.toString())).isEqualTo(ExitCodes.DONE);
    for (Struct row : rows()) {
      if (row.getFieldsOrThrow("detector").getStringValue().equals("fixed")) {
        assertThat(number(row, "knob")).isGreaterThan(1_000);
      }
    }
  }

  @Test
  void whatIsWrongIsOneLine() throws IOException {
    Path wrong = folder.resolve("wrong.csv");
    Files.writeString(wrong, "sequence,sent_ns,received_ns\n1,2\n");
    refused("", "no trace was given (see: pulsewatch replay --help)");
    refused(
        wrong.toString(),
        wrong + ":2: '1,2' (expected: three columns, sequence,sent_ns,received_ns)");
    refused(folder + "/none.csv", folder + "/none.csv: no such file");
    refused("--interval 0s " + steady, "--interval: 0 ms (expected: 1 ms to 1 d)");
    refused(
        "--warm-up 999 " + steady,
        "--warm-up: 999 (expected: less than the 1000 of " + steady + ")");
    refused("--vectors v.json " + steady, "--vectors runs a file of its own: leave out " + steady);
  }

  private void refused(String args, String line) {
    assertThat(args.isEmpty() ? run() : run(args.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).isEqualTo("pulsewatch: " + line + "\n");
    assertThat(shell.out()).isEmpty();
  }

  private int run(String... args) {
    List<String> line = new ArrayList<>(List.of("replay"));
    line.addAll(List.of(args));
    return shell.run(line.toArray(String[]::new));
  }

  private List<Struct> rows() throws IOException {
    List<Struct> rows = new ArrayList<>();
    for (String line : shell.out().lines().toList()) {
      Struct.Builder row = Struct.newBuilder();
      JsonFormat.parser().merge(line, row);
      rows.add(row.build());
    }
    return rows;
  }

  private static double number(Struct row, String field) {
    return row.getFieldsOrThrow(field).getNumberValue();
  }

  /** 1000 heartbeats each 100 ms; each so many the path stalls for 250 ms. */
  private Path trace(String name, int stallEvery) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder("sequence,sent_ns,received_ns\n");
    long arrival = 0;
    for (long i = 1; i <= 1_000; i++) {
      long sent = i * 100 * MILLI;
      long delay = stallEvery > 0 && i % stallEvery == 0 ? 250 * MILLI : random.nextLong(1_000);
      arrival = Math.max(arrival, sent + delay);
      text.append(i).append(',').append(sent).append(',').append(arrival).append('\n');
    }
    return Files.writeString(folder.resolve(name), text, UTF_8);
  }
}
