package io.pulsewatch.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.testing.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS and tokens through the built command. Confined to the test's thread. */
@Timeout(180)
final class SecureIT {
  private static final Pattern LISTENS = Pattern.compile("listens on (\\S+:\\d+) ");

  @TempDir Path folder = Path.of("");
  private String authority = "";
  private String certificate = "";
  private String key = "";
  private String tokens = "";

  @BeforeEach
  void files() throws Exception {
    TlsFiles files = TlsFiles.in(folder);
    authority = files.authority().toString();
    certificate = files.certificate().toString();
    key = files.key().toString();
    tokens = folder.resolve("tokens").toString();
  }

  @Test
  void eachCommandShowsWhatItWasGiven() throws Exception {
    String beats = create("orders", "beat");
    String reads = create("people", "watch");
    String orders = create("ops", "watch,admin");
    assertThat(Files.readString(Path.of(tokens))).doesNotContain(beats, reads, orders);
    Path file = folder.resolve("token");
    Files.writeString(file, reads + "\n");
    try (Launched serve =
        Launched.start(
            "serve",
            "--memory",
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            certificate,
            "--tls-key",
            key,
            "--tls-client-ca",
            authority,
            "--token-file",
            tokens)) {
      Matcher listens = LISTENS.matcher(serve.line("(TLS, client certificates, tokens,"));
      assertThat(listens.find()).isTrue();
      String server = listens.group(1);
      String[] tls = {
        "--tls-ca", authority, "--tls-client-cert", certificate, "--tls-client-key", key
      };
      try (Launched beat =
          Launched.start(
              Map.of("PULSEWATCH_TOKEN", beats),
              with(tls, "beat", "--server", server, "--service", "demo", "--id", "a"))) {
        beat.error("demo/a");
        assertThat(ok(with(tls, "list", "--server", server, "--token-from", file.toString())))
            .contains("demo/a");
        assertThat(ok(with(tls, "--server", server, "--token", orders, "state")))
            .contains("streams");
        refused(
            "PERMISSION_DENIED: The token of people may watch; this needs admin",
            with(tls, "state", "--server", server, "--token-from", file.toString()));
        refused(
            "UNAUTHENTICATED: This server wants a token", with(tls, "list", "--server", server));
        unreachable("--tls", "list", "--server", server, "--token", reads);
        unreachable("--tls-ca", "list", "--server", server, "--tls", "--token", reads);
        unreachable(
            "--tls-client-cert",
            "list",
            "--server",
            server,
            "--tls-ca",
            authority,
            "--token",
            reads);
      }
    }
  }

  @Test
  void badFilesAreWrongUsage() throws Exception {
    Result none = run("serve", "--memory", "--tls-cert", "/none", "--tls-key", key);
    assertThat(none.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(none.err())
        .contains("certificate and key /none, " + key + ": there is no /none (expected: the path");
    Result mixed = run("serve", "--memory", "--tls-cert", key, "--tls-key", key);
    assertThat(mixed.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(mixed.err()).contains("no certificate in it");
    Files.writeString(Path.of(tokens), "orders beat pw_plain\n");
    Result plain = run("serve", "--memory", "--token-file", tokens);
    assertThat(plain.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(plain.err()).contains("line 1: the third column is no hash");
    assertThat(plain.err()).doesNotContain("pw_plain");
    Result open = run("serve", "--memory", "--listen", "0.0.0.0:0");
    assertThat(open.exitCode()).isEqualTo(ExitCodes.REFUSED);
    assertThat(open.err()).contains("--tls-cert", "--insecure");
  }

  private String create(String name, String rights) throws Exception {
    return ok("token", "create", "--name", name, "--rights", rights, "--append-to", tokens).strip();
  }

  private static String ok(String... args) throws Exception {
    Result result = run(args);
    assertThat(result.exitCode()).as(result.toString()).isZero();
    return result.out();
  }

  private static void refused(String words, String... args) throws Exception {
    Result result = run(args);
    assertThat(result.err()).contains(words);
    assertThat(result.exitCode()).isEqualTo(ExitCodes.REFUSED);
  }

  /** It names the option that would help. */
  private static void unreachable(String option, String... args) throws Exception {
    Result result = run(args);
    assertThat(result.err()).contains(option);
    assertThat(result.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
  }

  private record Result(int exitCode, String out, String err) {}

  private static Result run(String... args) throws Exception {
    List<String> line = new ArrayList<>(List.of("../bin/pulsewatch"));
    line.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), out, err);
  }

  private static String[] with(String[] options, String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.addAll(Arrays.asList(options));
    return all.toArray(String[]::new);
  }
}
