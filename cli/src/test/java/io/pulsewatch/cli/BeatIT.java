package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.Register;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code pulsewatch beat} as processes: ends, signals and streams of the command that it wraps. */
final class BeatIT {
  /** Nobody listens there. */
  private static final String NOBODY = "127.0.0.1:1";

  @TempDir private Path folder;
  private HeartbeatRecorder server;

  @BeforeEach
  void start() throws IOException {
    server = new HeartbeatRecorder();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "exit 0, 0, exit 0",
    "exit 3, 3, exit 3",
    "exit 255, 255, exit 255",
    "kill -9 $$, 137, signal 9",
    "kill -TERM $$, 143, signal 15",
  })
  void theEndOfTheCommandIsTheEndOfBeat(String script, int exitCode, String reason)
      throws Exception {
    // It waits until it is registered: a command may be over before that, and then nobody is told.
    try (Launched beat = beat("sh", "-c", "read line; " + script)) {
      server.next(HeartbeatRequest::hasHeartbeat);
      beat.type("go\n");
      assertThat(beat.exitCode()).isEqualTo(exitCode);
      assertThat(server.leaveReason()).isEqualTo(reason);
      assertThat(beat.restOfErrors()).isEmpty();
    }
  }

  @Test
  void theCommandNeedsNoServer() throws Exception {
    try (Launched beat =
        Launched.start(
            "--server",
            NOBODY,
            "beat",
            "--service",
            "s",
            "--id",
            "i",
            "--",
            "sh",
            "-c",
            "echo hello; exit 5")) {
      assertThat(beat.exitCode()).isEqualTo(5);
      assertThat(beat.rest()).isEqualTo("hello\n");
    }
  }

  @Test
  void theCommandHasTheStreamsAndExactlyItsArguments() throws Exception {
    try (Launched beat =
        beat(
            "sh",
            "-c",
            "cat; for each; do echo \"<$each>\"; done; echo oh >&2",
            "sh",
            "",
            "a b",
            "--",
            "--service",
            "@pom.xml",
            "'q'",
            "$HOME",
            "*")) {
      beat.type("typed\n");
      assertThat(beat.exitCode()).isZero();
      assertThat(beat.rest())
          .isEqualTo("typed\n<>\n<a b>\n<-->\n<--service>\n<@pom.xml>\n<'q'>\n<$HOME>\n<*>\n");
      assertThat(beat.restOfErrors()).contains("oh\n");
    }
  }

  /** As under cron: the JVM alone would make question marks of it. */
  @Test
  void theCLocaleSpoilsNoArgument() throws Exception {
    assumeTrue(
        System.getProperty("sun.jnu.encoding").equals("UTF-8"), "this test's JVM would spoil it");
    try (Launched beat =
        Launched.start(
            Map.of("LC_ALL", "C", "LANG", ""),
            "beat",
            "--server",
            server.address(),
            "--service",
            "s",
            "--id",
            "i",
            "--label",
            "a=ü",
            "--",
            "sh",
            "-c",
            "cat; printf '%s|%s|%s\n' \"$1\" \"$LC_ALL\" \"$PULSEWATCH_LC_ALL\"",
            "sh",
            "ü€")) {
      assertThat(server.next(HeartbeatRequest::hasRegister).getRegister().getLabelsMap())
          .isEqualTo(Map.of("a", "ü"));
      beat.type("");
      assertThat(beat.exitCode()).isZero();
      assertThat(beat.rest()).isEqualTo("ü€|C|\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP", "USR1", "USR2"})
  void signalsAreHandedOn(String signal) throws Exception {
    String script =
        "trap 'echo got; exit 7' " + signal + "; echo ready; while :; do sleep 0.05; done";
    try (Launched beat = beat("sh", "-c", script)) {
      beat.line("ready");
      server.next(HeartbeatRequest::hasHeartbeat);
      beat.signal(signal);
      beat.line("got");
      assertThat(beat.exitCode()).isEqualTo(7);
      assertThat(server.leaveReason()).isEqualTo("exit 7");
    }
  }

  /**
   * Programs take a second Ctrl-C for impatience. A shell that waited might end of its own copy.
   */
  @Test
  void ctrlCAtATerminalComesOnce() throws Exception {
    assumeTrue(Executable.find("script", System.getenv("PATH")).isPresent(), "no script(1)");
    Path file =
        Files.writeString(
            folder.resolve("patient"),
            """
            n=0
            trap 'n=$((n + 1))' INT
            echo ready
            i=0
            while [ $i -lt 20 ]; do sleep 0.1; i=$((i + 1)); done
            echo total $n
            exit 5
            """);
    String line =
        String.join(
            " ",
            "exec ../bin/pulsewatch beat --server",
            server.address(),
            "--service s --id i -- sh",
            file + "");
    try (Launched terminal = Launched.program("script", "-qec", line, "/dev/null")) {
      terminal.line("ready");
      terminal.process().getOutputStream().write(3);
      terminal.process().getOutputStream().flush();
      terminal.line("total 1");
      assertThat(terminal.exitCode()).isEqualTo(5);
    }
  }

  @Test
  void aCommandThatDoesNotMindASignalLivesOn() throws Exception {
    String script =
        "trap 'echo reloaded' HUP; trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done";
    try (Launched beat = beat("sh", "-c", script)) {
      beat.line("ready");
      beat.signal("HUP");
      beat.line("reloaded");
      beat.signal("HUP");
      beat.line("reloaded");
      beat.signal("TERM");
      assertThat(beat.exitCode()).isZero();
    }
  }

  @Test
  void anIgnoredSignalStaysIgnoredAsUnderNohup() throws Exception {
    Path beat = Path.of("../bin/pulsewatch").toAbsolutePath();
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "trap '' HUP; exec "
                    + beat
                    + " beat --server "
                    + server.address()
                    + " --service s --id i -- sh -c 'read line; kill -HUP $$; exit 4'")
            .start();
    server.next(HeartbeatRequest::hasHeartbeat);
    process.getOutputStream().write('\n');
    process.getOutputStream().close();
    assertThat(process.waitFor()).isEqualTo(4);
  }

  @Test
  void theCommandDoesNotOutliveAKilledBeat() throws Exception {
    assumeTrue(Executable.find("setpriv", System.getenv("PATH")).isPresent(), "no setpriv");
    try (Launched beat = beat("sh", "-c", "echo $$; exec sleep 300")) {
      long command = Long.parseLong(beat.line("").strip());
      // The parent is a thread to the kernel; a thread of ours that ends shall not end the command.
      server.next(request -> request.getHeartbeat().getSequence() >= 5);
      assertThat(Processes.state(command)).isIn('S', 'R', 'D');
      beat.process().destroyForcibly();
      beat.exitCode();
      for (int i = 0; i < 200 && Processes.isRunning(command); i++) {
        Thread.sleep(50);
      }
      assertThat(Processes.isRunning(command)).isFalse();
    }
  }

  @Test
  void withoutACommandItBeatsUntilASignal() throws Exception {
    try (Launched beat =
        Launched.start(
            Map.of("PULSEWATCH_SERVER", server.address()), "beat", "--service", "s", "--id", "i")) {
      beat.error("s/i is registered");
      server.next(HeartbeatRequest::hasHeartbeat);
      beat.signal("TERM");
      assertThat(beat.exitCode()).isZero();
      assertThat(server.leaveReason()).isEqualTo("signal TERM");
    }
  }

  @Test
  void everythingSaidOfAnInstanceIsRegistered() throws Exception {
    try (Launched beat =
        Launched.start(
            "beat",
            "--server",
            server.address(),
            "--service",
            "orders",
            "--id",
            "o:1@eu",
            "--interval",
            "500ms",
            "--timeout",
            "1m",
            "--resume-window",
            "10s",
            "--label",
            "env=prod",
            "--label",
            "eq=a=b",
            "--endpoint",
            "grpc=10.0.0.1:8080",
            "--endpoint",
            "[::1]:80",
            "--zone",
            "eu-1",
            "--weight",
            "7",
            "--instance-version",
            "1.2",
            "--take-over",
            "--",
            "cat")) {
      Register register = server.next(HeartbeatRequest::hasRegister).getRegister();
      assertThat(register.getInstance().getService()).isEqualTo("orders");
      assertThat(register.getInstance().getInstanceId()).isEqualTo("o:1@eu");
      assertThat(Spans.of(register.getInterval())).isEqualTo(Duration.ofMillis(500));
      assertThat(Spans.of(register.getTimeout())).isEqualTo(Duration.ofMinutes(1));
      assertThat(Spans.of(register.getResumeWindow())).isEqualTo(Duration.ofSeconds(10));
      assertThat(register.getLabelsMap()).isEqualTo(Map.of("env", "prod", "eq", "a=b"));
      assertThat(register.getEndpointsList().stream().map(Words::of))
          .containsExactly("grpc=10.0.0.1:8080", "[::1]:80");
      assertThat(register.getZone()).isEqualTo("eu-1");
      assertThat(register.getWeight()).isEqualTo(7);
      assertThat(register.getVersion()).isEqualTo("1.2");
      assertThat(register.getOnConflict()).isEqualTo(OnConflict.ON_CONFLICT_TAKE_OVER);
      beat.type("");
      assertThat(beat.exitCode()).isZero();
    }
  }

  @Test
  void aCommandThatIsNotThereIsToldAsShellsDo() throws Exception {
    try (Launched beat = beat("no-such-command", "x")) {
      assertThat(beat.exitCode()).isEqualTo(127);
      assertThat(beat.restOfErrors())
          .isEqualTo("pulsewatch: command 'no-such-command' was not found\n");
      assertThat(server.heardNothing()).isTrue();
    }
  }

  @Test
  void aCommandThatCannotBeRunIsToldAsShellsDo() throws Exception {
    Path file = Files.writeString(folder.resolve("data"), "x");
    try (Launched beat = beat(file.toString())) {
      assertThat(beat.exitCode()).isEqualTo(126);
      assertThat(beat.restOfErrors())
          .isEqualTo("pulsewatch: '" + file + "' is no program that may be run here\n");
    }
  }

  private Launched beat(String... command) throws IOException {
    String[] args = {"beat", "--server", server.address(), "--service", "s", "--id", "i", "--"};
    String[] line = new String[args.length + command.length];
    System.arraycopy(args, 0, line, 0, args.length);
    System.arraycopy(command, 0, line, args.length, command.length);
    return Launched.start(line);
  }
}
