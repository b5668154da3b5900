package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewatch.cli.Columns.Cell;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The pure leaves: how things are read and written. */
final class FormatsTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "2s, PT2S",
    "2S, PT2S",
    "1m, PT1M",
    "1.5m, PT1M30S",
    "1h30m, PT1H30M",
    "0s, PT0S",
    "0.5ms, PT0.0005S",
    "365d, PT8760H",
    "9999999d, PT239999976H",
  })
  void durationsAreRead(String text, Duration expected) {
    assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "s", "-2s", "2 s", "2sec", "PT2S", "1..5s", "99999999d"})
  void whatIsNoDurationIsRefused(String text) {
    assertThatThrownBy(() -> new DurationConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageStartingWith("'" + text + "' is no duration");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.0004S, 0.4 ms, 0.4 ms, 0 s",
    "PT0.0125S, 12.5 ms, 12 ms, 0 s",
    "PT0.5S, 500 ms, 500 ms, 0 s",
    "PT1S, 1 s, 1.0 s, 1 s",
    "PT1.5S, 1.5 s, 1.5 s, 1 s",
    "PT5.999S, 5.999 s, 5.9 s, 5 s",
    "PT6.01S, 6.01 s, 6.0 s, 6 s",
    "PT60S, 1 m, 1 m 0 s, 1 m 0 s",
    "PT90S, 1 m 30 s, 1 m 30 s, 1 m 30 s",
    "PT1H, 1 h, 1 h 0 m, 1 h 0 m",
    "PT26H, 1 d 2 h, 1 d 2 h, 1 d 2 h",
    "PT-3S, -3000 ms, -3000.0 ms, 0 s",
  })
  void spansAreWritten(Duration span, String exact, String measured, String age) {
    assertThat(Spans.exact(span)).isEqualTo(exact);
    assertThat(Spans.measured(span)).isEqualTo(measured);
    assertThat(Spans.age(span)).isEqualTo(age);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:5780, 127.0.0.1, 5780",
    "localhost:0, localhost, 0",
    "[::1]:5780, ::1, 5780",
    "pulse.example.com:443, pulse.example.com, 443",
  })
  void addressesAreRead(String text, String host, int port) {
    HostPort address = HostPort.parse("--server", text);
    assertThat(address).isEqualTo(new HostPort(host, port));
    assertThat(address).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":1", "a", "a:", "a:b", "::1:5780", "[::1]", "http://a:1", "a b:1"})
  void whatIsNoAddressIsRefused(String text) {
    assertThatThrownBy(() -> HostPort.parse("--server", text))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("--server: '" + text + "'");
  }

  @Test
  void aTerminalIsNotToldWhatToDo() {
    assertThat(Text.clean("plain ünïcode ✓")).isEqualTo("plain ünïcode ✓");
    assertThat(Text.clean("a\u001b[2Jb\nc\td\u009be\u202ef"))
        .isEqualTo("a\\u001b[2Jb\\u000ac\\u0009d\\u009be\\u202ef");
  }

  @Test
  void columnsGrowAndLinesHaveNoTail() {
    Columns columns = new Columns(false, List.of("A", "B", "C"));
    assertThat(columns.line(Cell.plain(List.of("1", "2", "3")))).isEqualTo("1  2  3");
    assertThat(columns.line(Cell.plain(List.of("long", "", "3")))).isEqualTo("long     3");
    assertThat(columns.line(Cell.plain(List.of("1", "2", "")))).isEqualTo("1     2");
  }

  @Test
  void paintTakesNoRoom() {
    Columns columns = new Columns(true, List.of("A", "B"));
    assertThat(columns.line(List.of(new Cell("dead", Paint.RED), Cell.plain("x"))))
        .isEqualTo("\u001b[31mdead\u001b[0m  x");
    assertThat(columns.line(List.of(new Cell("ok", Paint.GREEN), Cell.plain("x"))))
        .isEqualTo("\u001b[32mok\u001b[0m    x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 (java) S 0 7 7 34816 7 0 | true",
        "1 (java) S 0 7 7 34816 8 0 | false",
        "1 (java) S 0 7 7 0 -1 0 | false",
        "1 (a) b) S 0 7 7 34816 7 0 | true",
        "1 (java) S | false",
      })
  void theForegroundIsReadFromProc(String stat, boolean ours) {
    assertThat(Foreground.isOurs(stat)).isEqualTo(ours);
  }

  @ParameterizedTest
  @CsvSource({
    "0, exit 0",
    "3, exit 3",
    "128, exit 128",
    "137, signal 9",
    "143, signal 15",
    "192, signal 64",
    "193, exit 193",
    "255, exit 255"
  })
  void theEndOfACommandIsToldInWords(int exitCode, String words) {
    assertThat(WrappedCommand.endInWords(exitCode)).isEqualTo(words);
  }
}
