package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person can get wrong, and what is said of it: one line, code 2, nobody asked. */
final class UsageTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "wtch | unknown command 'wtch'. Did you mean: pulsewatch watch? (see: pulsewatch --help)",
        "xyzzy | unknown command 'xyzzy' (see: pulsewatch --help)",
        "list --fast | Unknown option: '--fast' (see: pulsewatch list --help)",
        "list --server | Missing required parameter for option '--server' (HOST:PORT[,...]) (see:"
            + " pulsewatch list --help)",
        "list --server here | --server: 'here' (expected: HOST:PORT, such as 127.0.0.1:5780 or"
            + " [::1]:5780)",
        "list --server a:99999 | --server: port 99999 (expected: at most 65535)",
        "list --server a:0 | --server: port 0 (expected: 1..65535)",
        "list --server a:1,,b:2 | --server: '' (expected: HOST:PORT, such as 127.0.0.1:5780 or"
            + " [::1]:5780)",
        "list -o yaml | Invalid value for option '--output': 'yaml' (expected: table, json) (see:"
            + " pulsewatch list --help)",
        "list a/b | service 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ - and the globs * ?)",
        "list --state aliv | Invalid value for option '--state' (STATE): 'aliv' (expected: alive,"
            + " suspect, dead, left) (see: pulsewatch list --help)",
        "get | Missing required parameter: 'SERVICE/ID' (see: pulsewatch get --help)",
        "get orders | 'orders' names no instance (expected: SERVICE/ID)",
        "get a/b/c | 'a/b/c' names no instance (expected: SERVICE/ID)",
        "get orders/ | 'orders/' names no instance (expected: SERVICE/ID)",
        "get a b c | one instance at a time: a b c",
        "override | override: set or clear? (see: pulsewatch override --help)",
        "override drop a/b | unknown command 'drop' (see: pulsewatch override --help)",
        "override set a/b | Missing required parameter: 'KIND' (see: pulsewatch override set"
            + " --help)",
        "override set a/b down | Invalid value for positional parameter at index 1 (KIND): 'down'"
            + " (expected: maintenance, serving, not-serving) (see: pulsewatch override set"
            + " --help)",
        "override set a/b serving --for 10 | Invalid value for option '--for': '10' is"
            + " no duration (expected: 500ms, 2s, 1m, 1h30m and the like) (see: pulsewatch"
            + " override set --help)",
        "watch --once --resume t | --once prints all states and needs no --resume: leave one out",
        "beat | Missing required options: '--service=S', '--id=I' (see: pulsewatch beat --help)",
        "beat --service a --id b --label c | Value for option option '--label' (KEY=VALUE) should"
            + " be in KEY=VALUE format but was c (see: pulsewatch beat --help)",
        "beat --service a/b --id c | service: 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ -)",
        "beat --service a --id b --endpoint c | --endpoint: 'c' (expected: HOST:PORT, such as"
            + " 127.0.0.1:5780 or [::1]:5780)",
        "beat --service a --id b --interval 1ms | --interval: 1 ms (expected: 100 ms to 1 h)",
        "beat --service a --id b --timeout 1s | --timeout: 1 s (expected: 3 s to 1 d)",
        "beat --service a --id b --resume-window 1h | --resume-window: 1 h (expected: 3 s to 6 s)",
        "beat --service a --id b --weight 10001 | weight: 10001 (expected: 0..10000)",
        "beat --service a --id b --drain 6m | --drain: 6 m (expected: 0s to 5 m)",
        "beat --service a --id b --wait-for lb | --wait-for needs --drain: how long to wait",
        "drain --server a:1,b:2 | --server: a:1,b:2 (expected: the one to drain)",
        "beat --service a --id b --drain 1s --wait-for a/b |"
            + " --wait-for: 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ - : @)",
        "beat --service a --id b --drain 1s"
            + " --wait-for a --wait-for a --wait-for a --wait-for a --wait-for a --wait-for a"
            + " --wait-for a --wait-for a --wait-for a --wait-for a --wait-for a --wait-for a"
            + " --wait-for a --wait-for a --wait-for a --wait-for a --wait-for a"
            + " | --wait-for: 17 names (expected: at most 16)",
        "drain --cancel --peer a:1 | --cancel takes nothing else",
        "drain --cancel --no-wait | --cancel takes nothing else",
        "drain --cancel --within 1s | --cancel takes nothing else",
        "acknowledge lb | Missing required parameter: 'REVISION' (see: pulsewatch acknowledge --help)",
        "--server a:1 version | version has no option --server (see: pulsewatch version --help)",
        "history a/b/c | 'a/b/c' names no instance (expected: SERVICE/ID)",
        "history a! | service 'a!' (expected: 1..253 of A-Z a-z 0-9 . _ - and the globs * ?)",
        "history --limit 0 | --limit: 0 (expected: 1 to 1000000)",
        "history --since yesterday | --since: 'yesterday' (expected: a revision such as 4711, a time"
            + " ago such as 90m, or a time such as 2026-01-31T08:00 or 2026-01-31T08:00:00Z)",
        "xds-bootstrap --server a:0 | --server: port 0 (expected: 1..65535)",
        "render | Missing required parameter: 'TEMPLATE' (see: pulsewatch render --help)",
        "render t a/b | service 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ - and the globs * ?)",
        "render t --exec true | --exec and --check need -o FILE: what they are about",
        "render t -o f --window 11m | --window: 11 m (expected: at most 10 m)",
        "render t -o f --command-limit 0s | --command-limit: 0 ms (expected: 100 ms to 1 h)",
        "config | config: print or check? (see: pulsewatch config --help)",
        "config check | Missing required parameter: 'FILE' (see: pulsewatch config check --help)",
        "config check /none.yaml | /none.yaml: no such file",
        "config print --config /none.yaml | /none.yaml: no such file",
        "serve --config /none.yaml | /none.yaml: no such file",
        "serve --limits.ring_size 0 | Invalid value for option '--limits.ring_size': '0'"
            + " (expected: a whole number, 1 to 2147483647) (see: pulsewatch serve --help)",
        "-o json serve | serve has no option --output (see: pulsewatch serve --help)",
        "serve --listen 5780 | --listen: '5780' (expected: HOST:PORT, such as 127.0.0.1:5780 or"
            + " [::1]:5780)",
        "list --tls-client-cert a | --tls-client-cert and --tls-client-key go together",
        "--tls-client-key a list | --tls-client-cert and --tls-client-key go together",
        "list --token a --token-from b | --token and --token-from: one of them, not both",
        "list --token-from /none | --token-from: token: /none cannot be read:"
            + " java.nio.file.NoSuchFileException: /none",
        "serve --tls-cert a | --tls-cert and --tls-key go together",
        "serve --tls-client-ca a | --tls-client-ca needs --tls-cert and --tls-key",
        "token | token: create? (see: pulsewatch token --help)",
        "token create --name a/b --rights beat | name: 'a/b' (expected: 1..253 of A-Z a-z 0-9 . _ -"
            + " : @)",
        "token create --name a --rights beet | rights: 'beet' (expected: beat, watch or admin, or"
            + " several with commas)",
        "token create --name a --rights beat --expires-in 0s | --expires-in: 0s (expected: more)",
        "serve --preservation maybe | Invalid value for option '--preservation': 'maybe' (expected:"
            + " on, off) (see: pulsewatch serve --help)",
      })
  void wrongUsageIsToldInOneLine(String args, String line) {
    Shell shell = Shell.withoutServer();
    assertThat(shell.run(words(args))).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).isEqualTo("pulsewatch: " + line + "\n");
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void noCommandIsWrongUsage() {
    Shell shell = Shell.withoutServer();
    assertThat(shell.run()).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err())
        .isEqualTo("pulsewatch: no command was given (see: pulsewatch --help)\n");
  }

  @Test
  void theEnvironmentIsNamedWhereItIsWrong() {
    Shell shell = Shell.withoutServer().with("PULSEWATCH_SERVER", "nowhere");
    assertThat(shell.run("list")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).startsWith("pulsewatch: PULSEWATCH_SERVER: 'nowhere' (expected:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "serve --help",
        "beat --help",
        "watch -h",
        "list --help",
        "services --help",
        "get --help",
        "explain --help",
        "history --help",
        "config --help",
        "config print --help",
        "config check --help",
        "override --help",
        "override set --help",
        "override clear --help",
        "remove --help",
        "token --help",
        "token create --help",
        "record --help",
        "render --help",
        "replay --help",
        "state --help",
        "drain --help",
        "acknowledge --help",
        "version --help",
        "completion --help",
      })
  void helpGoesToStandardOutput(String args) {
    Shell shell = Shell.withoutServer();
    assertThat(shell.run(words(args))).isEqualTo(ExitCodes.DONE);
    assertThat(shell.out()).contains("Usage: pulsewatch");
    assertThat(shell.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(shell.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "-V", "--version"})
  void versionNamesItselfAndJava(String args) {
    Shell shell = Shell.withoutServer();
    assertThat(shell.run(args)).isEqualTo(ExitCodes.DONE);
    assertThat(shell.out()).startsWith("pulsewatch ").contains("(Java " + Runtime.version() + ")");
  }

  @Test
  void completionKnowsEachCommand() {
    Shell shell = Shell.withoutServer();
    assertThat(shell.run("completion")).isEqualTo(ExitCodes.DONE);
    assertThat(shell.out())
        .startsWith("#!/usr/bin/env bash")
        .contains(
            List.of("serve", "history", "config", "beat", "watch", "override", "--every-change"));
  }

  private static String[] words(String args) {
    return args.split(" ");
  }
}
