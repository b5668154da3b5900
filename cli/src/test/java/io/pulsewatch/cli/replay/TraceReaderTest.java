package io.pulsewatch.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traces as files, right and wrong. */
final class TraceReaderTest {
  private static final String HEADER = "sequence,sent_ns,received_ns\n";

  @Test
  void itReadsColumns() throws Exception {
    Trace trace = read("1,100,150\n2,200,250\r\n\n5,500, 550 \n");
    assertThat(trace.size()).isEqualTo(3);
    assertThat(trace.slots(1)).isEqualTo(1);
    assertThat(trace.slots(2)).isEqualTo(3);
    assertThat(trace.sentNanos(2)).isEqualTo(500);
    assertThat(trace.arrivalNanos(2)).isEqualTo(550);
  }

  @Test
  void withoutAnArrivalItArrivedWhenItWasSent() throws Exception {
    Trace trace = read("1,100,\n2,200,\n");
    assertThat(trace.arrivalNanos(1)).isEqualTo(200);
  }

  @Test
  void oneThatWasOvertakenIsLeftOut() throws Exception {
    TraceReader reader = new TraceReader();
    // In the order of sequences; the second arrives after the third.
    Trace trace = read(reader, "1,100,150\n2,200,450\n3,300,350\n4,400,500\n");
    assertThat(trace.size()).isEqualTo(3);
    assertThat(trace.slots(1)).isEqualTo(2);
    assertThat(reader.overtaken()).isEqualTo(1);
    // The same in the order of arrivals.
    assertThat(read("1,100,150\n3,300,350\n2,200,450\n4,400,500\n").size()).isEqualTo(3);
  }

  @Test
  void ofTwoClocksTheQuickestHeartbeatTookNoTime() throws Exception {
    TraceReader reader = new TraceReader();
    Trace trace = read(reader, "1,900000,100\n2,900100,230\n");
    assertThat(reader.shifted()).isEqualTo(1);
    assertThat(trace.sentNanos(0)).isEqualTo(100);
    assertThat(trace.sentNanos(1)).isEqualTo(200);
  }

  @Test
  void aSmallDelayIsNoSecondClock() throws Exception {
    TraceReader reader = new TraceReader();
    assertThat(read(reader, "1,0,59999999999\n2,1,60000000000\n").sentNanos(0)).isZero();
    assertThat(reader.shifted()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2|t:2: '1,2' (expected: three columns, sequence,sent_ns,received_ns)",
        "1,2,3,4|t:2: '1,2,3,4' (expected: three columns, sequence,sent_ns,received_ns)",
        "1,2,3;2,x,3|t:3: sent_ns: 'x' (expected: an integer, at most 2305843009213693951)",
        "1,,3|t:2: sent_ns: '' (expected: an integer, at most 2305843009213693951)",
        "9223372036854775807,2,3|t:2: sequence: '9223372036854775807' (expected: an integer, at"
            + " most 2305843009213693951)",
        "1,2,99999999999999999999|t:2: received_ns: '99999999999999999999' (expected: an integer,"
            + " at most 2305843009213693951)",
        "1,2,3;1,3,4|t:3: sequence 1 a second time",
        "5,20,21;6,10,22|t:3: sequence 6 was sent before 5: a restarted sender? (expected: one"
            + " file for each session)",
        "5,20,21;1,30,31|t:3: sequence 1 was sent after 5: a restarted sender? (expected: one file"
            + " for each session)",
        "1,2,3|t: 1 heartbeats (expected: at least 2)",
      })
  void whatIsWrongIsToldWithItsLine(String rows, String message) {
    assertThatThrownBy(() -> read(rows.replace(';', '\n') + "\n"))
        .isInstanceOf(TraceException.class)
        .hasMessage(message);
  }

  @Test
  void theHeaderIsAskedFor() {
    assertThatThrownBy(() -> readAll(new TraceReader(), "seq;sent\n"))
        .hasMessage("t:1: 'seq;sent' (expected: sequence,sent_ns,received_ns)");
    assertThatThrownBy(() -> readAll(new TraceReader(), ""))
        .hasMessage("t:1: '' (expected: sequence,sent_ns,received_ns)");
  }

  @Test
  void memoryIsBounded() {
    StringBuilder rows = new StringBuilder();
    IntStream.range(1, 12).forEach(i -> rows.append(i + "," + i + "," + i + "\n"));
    assertThatThrownBy(() -> read(new TraceReader(10), rows.toString()))
        .hasMessage("t:12: more than 10 heartbeats together");
    assertThatThrownBy(() -> read("1".repeat(1_000))).hasMessage("t:2: more than 200 characters");
  }

  @Test
  void allFilesShareTheLimit() throws Exception {
    TraceReader reader = new TraceReader(3);
    read(reader, "1,1,1\n2,2,2\n");
    assertThatThrownBy(() -> read(reader, "1,1,1\n2,2,2\n"))
        .hasMessage("t:3: more than 3 heartbeats together");
  }

  @Test
  void filesMayBeGzipped(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("a.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((HEADER + "1,100,150\n2,200,250\n").getBytes(UTF_8));
    }
    assertThat(new TraceReader().read(file).size()).isEqualTo(2);
  }

  @Test
  void noFileAndNoText(@TempDir Path folder) throws Exception {
    Path none = folder.resolve("none.csv");
    assertThatThrownBy(() -> new TraceReader().read(none)).hasMessage(none + ": no such file");
    Path binary = folder.resolve("binary.csv");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThatThrownBy(() -> new TraceReader().read(binary))
        .hasMessage(binary + ": no text (expected: CSV, plain or gzipped)");
  }

  @Test
  void theIntervalIsTheMedianGapAndRound() throws Exception {
    assertThat(read("1,0,\n2,100090000,\n3,200000000,\n4,299950000,\n").estimatedIntervalNanos())
        .isEqualTo(100_000_000);
    assertThat(read("1,0,\n2,103501000,\n4,310503000,\n").estimatedIntervalNanos())
        .isEqualTo(103_501_000);
  }

  private static Trace read(String rows) throws TraceException, IOException {
    return read(new TraceReader(), rows);
  }

  private static Trace read(TraceReader reader, String rows) throws TraceException, IOException {
    return readAll(reader, HEADER + rows);
  }

  private static Trace readAll(TraceReader reader, String text) throws TraceException, IOException {
    return reader.read("t", new BufferedReader(new StringReader(text)));
  }
}
