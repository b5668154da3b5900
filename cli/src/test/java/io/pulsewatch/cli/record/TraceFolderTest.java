package io.pulsewatch.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.cli.record.Arrival.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which heartbeat goes into which file. Confined to the test's thread. */
final class TraceFolderTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aSessionIsAFile() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder.resolve("new/one"))) {
      Source a = new Source("orders", "a", "p1", false);
      Source b = new Source("orders", "b", "p2", false);
      traces.write(new Arrival(a, 1, 10, 15));
      traces.write(new Arrival(b, 1, 11, 16));
      traces.write(new Arrival(a, 2, 20, 25));
      assertThat(traces.lines()).isEqualTo(3);
      assertThat(traces.opened()).isEqualTo(2);
    }
    assertThat(text("new/one/orders_a.csv"))
        .isEqualTo("sequence,sent_ns,received_ns\n1,10,15\n2,20,25\n");
    assertThat(text("new/one/orders_b.csv")).endsWith("\n1,11,16\n");
  }

  @Test
  void aStreamThatResumesGoesOn() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder)) {
      traces.write(new Arrival(new Source("s", "a", "p", false), 1, 10, 15));
      traces.write(new Arrival(new Source("s", "a", "p", false), 3, 30, 35)); // the same process
      traces.write(new Arrival(new Source("s", "a", "", true), 4, 40, 45)); // by its token
    }
    assertThat(text("s_a.csv")).endsWith("\n1,10,15\n3,30,35\n4,40,45\n");
  }

  @Test
  void aProcessThatStartsAfreshGetsItsOwnFile() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder)) {
      traces.write(new Arrival(new Source("s", "a", "p", false), 7, 10, 15));
      traces.write(new Arrival(new Source("s", "a", "q", false), 1, 2, 35));
      traces.write(new Arrival(new Source("s", "a", "", false), 1, 2, 45));
      traces.write(new Arrival(new Source("s", "a", "", false), 1, 2, 55));
    }
    assertThat(text("s_a.csv")).endsWith("\n7,10,15\n");
    assertThat(text("s_a-2.csv")).endsWith("\n1,2,35\n");
    assertThat(text("s_a-4.csv")).endsWith("\n1,2,55\n");
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    Files.writeString(folder.resolve("s_a.csv"), "precious");
    try (TraceFolder traces = new TraceFolder(folder)) {
      traces.write(new Arrival(new Source("s", "a", "p", false), 1, 10, 15));
    }
    assertThat(text("s_a.csv")).isEqualTo("precious");
    assertThat(text("s_a-2.csv")).endsWith("\n1,10,15\n");
  }

  @Test
  void repetitionsAreLeftOutAndCounted() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder)) {
      Source source = new Source("s", "a", "p", false);
      traces.write(new Arrival(source, 5, 10, 15));
      traces.write(new Arrival(source, 5, 11, 16));
      traces.write(new Arrival(source, 4, 12, 17));
      assertThat(traces.leftOut()).isEqualTo(2);
    }
    assertThat(text("s_a.csv")).endsWith("\n5,10,15\n");
  }

  @Test
  void whoWantsItNumberedIsNumbered() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder)) {
      Source source = new Source("s", "a", "p", false);
      traces.write(new Arrival(source, 0, 0, 15));
      traces.write(new Arrival(source, 0, 0, 25));
    }
    assertThat(text("s_a.csv")).endsWith("\n1,15,15\n2,25,25\n");
  }

  @Test
  void aFileHasAnEnd() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder)) {
      Source source = new Source("s", "a", "p", false);
      for (int i = 1; i <= TraceFolder.MAX_LINES + 2; i++) {
        traces.write(new Arrival(source, i, i, i));
      }
      assertThat(traces.lines()).isEqualTo(TraceFolder.MAX_LINES);
      assertThat(traces.leftOut()).isEqualTo(2);
    }
  }

  @Test
  void longNamesFitTheFileSystem() throws IOException {
    try (TraceFolder traces = new TraceFolder(folder)) {
      traces.write(
          new Arrival(new Source("s".repeat(253), "i".repeat(253), "p", false), 1, 10, 15));
    }
    assertThat(text("s".repeat(100) + "_" + "i".repeat(100) + ".csv")).contains("1,10,15");
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }
}
