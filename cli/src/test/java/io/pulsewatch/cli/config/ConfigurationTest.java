package io.pulsewatch.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What holds of a file and the environment, and what is said of mistakes in either. */
final class ConfigurationTest {
  private static final Keys KEYS =
      new Keys(
          List.of(
              new Key("listen", false, false, true),
              new Key("data", false, true, true),
              new Key("memory", false, false, true),
              new Key("probe-allow", true, false, true),
              new Key("limits.max_instances", false, false, true),
              new Key("limits.ring_size", false, false, true),
              new Key("config", false, true, false)),
          List.of(Set.of("data", "memory")));

  @TempDir private Path folder;
  private Path file = Path.of("");
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void name() {
    file = folder.resolve("p.yaml");
  }

  @Test
  void valuesKeepTheirTextAndTheirLine() {
    Configuration read =
        read(
            """
            # first
            listen: 0755
            probe-allow:
              - 10.0.0.0/8
              - off
            limits:
              ring_size: 7
            """);
    assertThat(read.faults()).isEmpty();
    assertThat(words(read))
        .containsExactlyInAnyOrder(
            "listen=0755 p.yaml:2",
            "probe-allow=10.0.0.0/8,off p.yaml:3",
            "limits.ring_size=7 p.yaml:7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "lisen: x | 1: unknown key lisen; did you mean listen?",
        "LISTEN: x | 1: unknown key LISTEN; did you mean listen?",
        "\\nprobe_allow: x | 2: unknown key probe_allow; did you mean probe-allow?",
        "max-instances: 7 | 1: unknown key max-instances; did you mean max_instances, below limits?",
        "limit: {} | 1: unknown key limit; did you mean limits?",
        "limits:\\n  rnig_size: 7 | 2: unknown key limits.rnig_size; did you mean ring_size?",
        "limits:\\n  listen: 7 | 2: unknown key limits.listen; did you mean listen?",
        "xyzzy: 1 | 1: unknown key xyzzy (pulsewatch config print tells which there are)",
        "config: other.yaml | 1: config: a file cannot say it; PULSEWATCH_SERVE_CONFIG can",
        "listen: a\\nlisten: b | 2: listen: said twice, first in line 1",
        "limits: {ring_size: 1, ring_size: 2} | 1: limits.ring_size: said twice, first in line 1",
        "limits:\\nlimits: | 1: limits: '' (expected: names and values below it)",
        "limits: [7] | 1: limits: a list (expected: names and values below it)",
        "listen: [a, b] | 1: listen: a list (expected: one value)",
        "listen: {a: b} | 1: listen: a mapping (expected: one value)",
        "listen: !secret x | 1: listen: a tag !secret (expected: one value)",
        "listen: | 1: listen: no value (leave the key out for the default)",
        "listen: ~ | 1: listen: no value (leave the key out for the default)",
        "listen: ' ' | 1: listen: no value (leave the key out for the default)",
        "probe-allow: [] | 1: probe-allow: an empty list says nothing: leave the key out",
        "probe-allow: [a, {}] | 1: probe-allow: a mapping (expected: one value or a list)",
        "probe-allow: {} | 1: probe-allow: a mapping (expected: one value or a list)",
        "[a]: b | 1: a key is a word, not a list or a mapping",
        "just words | 1: no keys (expected: lines such as listen: 127.0.0.1:5780)",
        "data: x\\nmemory: true | 2: memory and data: leave one out",
        "\\nlisten: [a | 2: not YAML: expected ',' or ']', but got <stream end>",
        "limits: &l\\n  limits: *l | 2: unknown key limits.limits; did you mean limits?",
      })
  void mistakesAreToldWithTheirLine(String text, String fault) {
    Configuration read = read(text.replace("\\n", "\n"));
    assertThat(read.faults().get(0).toString()).isEqualTo(file + ":" + fault);
  }

  @Test
  void allMistakesAreToldInTheOrderOfTheirLines() {
    Configuration read =
        Configuration.read(
            KEYS,
            written("xyzzy: 1\nlisten: bad\nxyzzy: 2\n"),
            environment,
            Set.of(),
            setting -> "'" + setting.text() + "' is not good");
    assertThat(read.faults().stream().map(fault -> fault.origin().line())).containsExactly(1, 2, 3);
    assertThat(read.faults().get(1)).hasToString(file + ":2: listen: 'bad' is not good");
    assertThat(read.settings()).isEmpty();
  }

  @Test
  void aFileThatIsNotThereIsAMistake() {
    assertThat(read(file).faults().toString()).isEqualTo("[" + file + ": no such file]");
    assertThat(read(folder).faults().toString()).contains("cannot be read: Is a directory");
  }

  @Test
  void aFileThatIsNoTextIsAMistake() throws IOException {
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThat(read(file).faults().toString()).contains(": not UTF-8: is it the right file?");
    Files.write(file, new byte[YamlFile.MAX_BYTES + 1]);
    assertThat(read(file).faults().toString()).contains(": larger than 1048576 bytes");
  }

  @Test
  void anEmptyFileSaysNothing() {
    Configuration read = read("# nothing\n");
    assertThat(read.faults()).isEmpty();
    assertThat(read.settings()).isEmpty();
  }

  @Test
  void pathsInAFileAreRelativeToIt() {
    assertThat(text("data: ../x\n")).isEqualTo(folder.resolveSibling("x").toString());
    assertThat(text("data: /var/x\n")).isEqualTo("/var/x");
    environment.put("PULSEWATCH_SERVE_DATA", "y");
    assertThat(text("data: ../x\n")).isEqualTo("y");
  }

  @Test
  void theEnvironmentIsOverTheFile() {
    environment.put("PULSEWATCH_SERVE_LIMITS_RING_SIZE", " 9 ");
    environment.put("PULSEWATCH_SERVE_LISTEN", "");
    environment.put("PULSEWATCH_SERVER", "no business of ours");
    assertThat(words(read("listen: a\nlimits: {ring_size: 7, max_instances: 3}\n")))
        .containsExactlyInAnyOrder(
            "listen=a p.yaml:1",
            "limits.ring_size=9 $PULSEWATCH_SERVE_LIMITS_RING_SIZE",
            "limits.max_instances=3 p.yaml:2");
  }

  @Test
  void unknownVariablesAreRefused() {
    environment.put("PULSEWATCH_SERVE_LISTEM", "x");
    environment.put("PULSEWATCH_SERVE_XYZZY", "x");
    assertThat(read("").faults().stream().map(Fault::toString))
        .containsExactly(
            "$PULSEWATCH_SERVE_LISTEM: unknown variable; did you mean PULSEWATCH_SERVE_LISTEN?",
            "$PULSEWATCH_SERVE_XYZZY: unknown variable (pulsewatch config print tells which there"
                + " are)");
  }

  @Test
  void whatAStrongerPlaceExcludesIsDropped() {
    environment.put("PULSEWATCH_SERVE_MEMORY", "true");
    assertThat(words(read("data: /x\n"))).containsExactly("memory=true $PULSEWATCH_SERVE_MEMORY");
    environment.put("PULSEWATCH_SERVE_MEMORY", "false");
    assertThat(words(read("data: /x\n"))).contains("data=/x p.yaml:1");
    assertThat(read("data: /x\nmemory: false\n").faults()).isEmpty();
  }

  @Test
  void whatTheCommandLineSaysAndExcludesIsDropped() {
    environment.put("PULSEWATCH_SERVE_LISTEN", "a");
    Configuration read =
        Configuration.read(
            KEYS, written("memory: true\n"), environment, Set.of("data", "listen"), each -> null);
    assertThat(read.settings()).isEmpty();
  }

  @Test
  void noTwoKeysHaveOneVariable() {
    assertThatThrownBy(
            () ->
                new Keys(
                    List.of(new Key("a-b", false, false, true), new Key("a.b", false, false, true)),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String text(String ofFile) {
    return read(ofFile).settings().get(0).text();
  }

  private Configuration read(String text) {
    return read(written(text));
  }

  private Configuration read(Path from) {
    return Configuration.read(KEYS, from, environment, Set.of(), setting -> null);
  }

  private Path written(String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> words(Configuration read) {
    return read.settings().stream()
        .map(
            each ->
                each.key()
                    + "="
                    + each.text()
                    + " "
                    + each.origin().toString().replace(folder + "/", ""))
        .collect(Collectors.toList());
  }
}
