package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.cli.config.Key;
import io.pulsewatch.cli.config.Keys;
import io.pulsewatch.server.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Settings of {@code serve}: where they come from, and how they are printed and checked. */
final class ConfigTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("\\| `([^`]+)` \\| `([^`]+)` \\| ([^|]*) \\|.*");

  @TempDir private Path folder;
  private Path file = Path.of("");
  private final Shell shell = Shell.withoutServer();

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("p.yaml");
    write(
        """
        listen: 127.0.0.1:6000
        preservation: off
        insecure: true
        data: kept
        probe-allow: [10.0.0.0/8, 10.1.2.3]
        limits:
          max_instances: 1000
          ring_size: 50
        """);
  }

  @Test
  void everyValueIsPrintedWithItsSource() {
    shell
        .with("PULSEWATCH_SERVE_LISTEN", "127.0.0.1:7000")
        .with("PULSEWATCH_SERVE_LIMITS_RING_SIZE", "60");
    assertThat(
            shell.run(
                "config",
                "print",
                "--config",
                file.toString(),
                "--probe-allow=10.9.9.9",
                "--limits.max_streams",
                "70"))
        .isZero();
    assertThat(rows())
        .contains(
            "listen 127.0.0.1:7000 $PULSEWATCH_SERVE_LISTEN",
            "preservation off FILE:2",
            "insecure true FILE:3",
            "data FOLDER/kept FILE:4",
            "memory false default",
            "probe-allow 10.9.9.9 --probe-allow",
            "probes on default",
            "config FILE --config",
            "limits.max_instances 1000 FILE:7",
            "limits.ring_size 60 $PULSEWATCH_SERVE_LIMITS_RING_SIZE",
            "limits.max_streams 70 --limits.max_streams",
            "limits.max_watchers 20000 default");
    assertThat(rows()).hasSize(1 + keys().size());
  }

  @Test
  void jsonNamesTheSourceInParts() {
    shell.with("PULSEWATCH_SERVE_PROBES", "off");
    assertThat(
            shell.run(
                "config", "print", "-o", "json", "--config", file.toString(), "--listen", "a:1"))
        .isZero();
    assertThat(shell.out().lines())
        .contains(
            "{\"key\":\"listen\",\"value\":\"a:1\",\"source\":\"flag\",\"option\":\"--listen\"}",
            "{\"key\":\"probes\",\"value\":\"off\",\"source\":\"environment\","
                + "\"variable\":\"PULSEWATCH_SERVE_PROBES\"}",
            "{\"key\":\"preservation\",\"value\":\"off\",\"source\":\"file\",\"file\":\""
                + file
                + "\",\"line\":\"2\"}",
            "{\"key\":\"memory\",\"value\":\"false\",\"source\":\"default\"}");
  }

  @Test
  void aFlagOverAnEnabledFlagKeepsItOn() {
    shell.run("config", "print", "--config", file.toString(), "--insecure");
    assertThat(rows()).contains("insecure true --insecure");
    shell.run("config", "print", "--config", file.toString(), "--insecure=false");
    assertThat(rows()).contains("insecure false --insecure");
  }

  @Test
  void whatExcludesTheFilesWordWins() throws IOException {
    shell.run("config", "print", "--config", file.toString(), "--memory");
    assertThat(rows()).contains("memory true --memory", "data - default");
    write("memory: true\n");
    shell.run("config", "print", "--config", file.toString(), "--data", "/x");
    assertThat(rows()).contains("memory false default", "data /x --data");
    shell.run("config", "print", "--config", file.toString());
    assertThat(rows()).contains("memory true FILE:1", "data - default");
  }

  @Test
  void theFileIsAnOptionOrAVariableOrInTheConfigHome() throws IOException {
    shell.with("HOME", folder.toString());
    shell.run("config", "print");
    assertThat(rows()).contains("config - default", "data FOLDER/.local/share/pulsewatch default");
    Path usual = folder.resolve(".config/pulsewatch/pulsewatch.yaml");
    Files.createDirectories(usual.getParent());
    Files.writeString(usual, "probes: off\n");
    shell.run("config", "print");
    assertThat(rows())
        .contains(
            "config FOLDER/.config/pulsewatch/pulsewatch.yaml default",
            "probes off FOLDER/.config/pulsewatch/pulsewatch.yaml:1");
    shell.with("XDG_CONFIG_HOME", folder.resolve("none").toString()).run("config", "print");
    assertThat(rows()).contains("config - default");
    shell.with("PULSEWATCH_SERVE_CONFIG", file.toString()).run("config", "print");
    assertThat(rows()).contains("config FILE $PULSEWATCH_SERVE_CONFIG", "preservation off FILE:2");
  }

  @Test
  void whatTheParserWouldExpandIsLeftAsItIs() throws IOException {
    write("data: /x/${HOME}/${sys:user.name}\n");
    shell.run("config", "print", "--config", file.toString());
    assertThat(rows()).contains("data /x/${HOME}/${sys:user.name} FILE:1");
  }

  @Test
  void checkTellsEverythingThatIsWrong() throws IOException {
    write(
        """
        preservation: maybe
        lisen: 127.0.0.1:1
        insecure: yes
        limits:
          ring_size: 0
          max_streams: many
        """);
    assertThat(shell.run("config", "check", file.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err().replace(file.toString(), "FILE"))
        .isEqualTo(
            """
            pulsewatch: FILE:1: preservation: 'maybe' (expected: on, off)
            pulsewatch: FILE:2: unknown key lisen; did you mean listen?
            pulsewatch: FILE:3: insecure: 'yes' (expected: true, false)
            pulsewatch: FILE:5: limits.ring_size: '0' (expected: a whole number, 1 to 2147483647)
            pulsewatch: FILE:6: limits.max_streams: 'many' (expected: a whole number, 1 to 2147483647)
            """);
    assertThat(shell.run("serve", "--config", file.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err().replace(file.toString(), "FILE"))
        .isEqualTo(
            "pulsewatch: FILE:1: preservation: 'maybe' (expected: on, off) (and 4 more: pulsewatch"
                + " config check FILE)\n");
  }

  @Test
  void whatServeItselfRefusesIsTracedToItsLine() throws IOException {
    write("\nlisten: 5780\n");
    String line =
        "pulsewatch: --listen: '5780' (expected: HOST:PORT, such as 127.0.0.1:5780 or [::1]:5780)"
            + " (--listen is from "
            + file
            + ":2)\n";
    assertThat(shell.run("serve", "--config", file.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).isEqualTo(line);
    assertThat(shell.run("config", "check", file.toString())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).isEqualTo(line);
  }

  @Test
  void aMistakeInTheEnvironmentIsRefusedByServeAlone() {
    shell.with("PULSEWATCH_SERVE_LISTEM", "x");
    assertThat(shell.run("serve")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err())
        .isEqualTo(
            "pulsewatch: $PULSEWATCH_SERVE_LISTEM: unknown variable; did you mean"
                + " PULSEWATCH_SERVE_LISTEN?\n");
    assertThat(shell.run("serve", "--help")).isZero();
    assertThat(shell.run("version")).isZero();
    assertThat(shell.run("config", "check", file.toString())).isZero();
  }

  @Test
  void theSampleIsGood() {
    assertThat(shell.run("config", "check", ROOT.resolve("deploy/pulsewatch.yaml").toString()))
        .isZero();
    assertThat(shell.err()).isEmpty();
  }

  /** Each line of the sample that is commented out is good, too. */
  @Test
  void theSampleIsGoodWithEverythingInIt() throws IOException {
    String all =
        Files.readString(ROOT.resolve("deploy/pulsewatch.yaml"))
            .replaceAll("(?m)^#( *[a-z_-]+:| *- )", "$1");
    Files.writeString(
        file.resolveSibling("pager.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    write(all.replaceAll("(?m)^memory:.*$", ""));
    assertThat(shell.run("config", "check", file.toString())).isZero();
    for (Key key : keys()) {
      if (key.inFile() && !key.name().startsWith("limits.")) {
        assertThat(all).containsPattern("(?m)^" + key.name() + ":");
      }
    }
  }

  @Test
  void theDocumentNamesEveryKeyWithItsVariableAndDefault() throws IOException {
    List<String> told = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/CONFIGURATION.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        told.add(row.group(1) + " " + row.group(2) + " " + row.group(3));
      }
    }
    CommandSpec serve = serve();
    List<String> real =
        keys().stream()
            .map(
                key ->
                    key.name()
                        + " "
                        + Keys.variable(key.name())
                        + " "
                        + shown(serve.findOption("--" + key.name())))
            .toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(real);
  }

  /** A list becomes one text: the parser must take that apart again. */
  @Test
  void everyOptionOfServeCanBeConfigured() {
    for (OptionSpec option : serve().options()) {
      if (!option.usageHelp()) {
        assertThat(option.longestName()).startsWith("--");
        assertThat(option.isMultiValue()).isEqualTo(",".equals(option.splitRegex()));
        assertThat(option.required() && option.group() == null).isFalse();
      }
    }
  }

  @Test
  void everyLimitIsAKey() {
    assertThat(keys().stream().map(Key::name))
        .containsAll(Limits.DEFAULT.named().keySet().stream().map("limits."::concat).toList());
  }

  private static String shown(OptionSpec option) {
    Object value = option.defaultValue() == null ? option.getValue() : option.defaultValue();
    return value == null || value instanceof Object[] || value instanceof Boolean
        ? "-"
        : "`" + value + "`";
  }

  private CommandSpec serve() {
    return ServeSettings.command(shell.surroundings(System.out)).getCommandSpec();
  }

  private List<Key> keys() {
    return List.copyOf(ServeSettings.keys(serve()).all());
  }

  private void write(String text) throws IOException {
    Files.writeString(file, text);
  }

  /** The lines of the table, columns parted by one space, names of files made short. */
  private List<String> rows() {
    return shell
        .out()
        .replace(file.toString(), "FILE")
        .replace(folder.toString(), "FOLDER")
        .lines()
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }
}
