package io.pulsewatch.cli;

import static io.pulsewatch.cli.HeartbeatRecorder.role;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pulsewatch.v1.HeartbeatRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code pulsewatch beat --role} as processes: when the command runs, and how it is stopped. */
@Tag("once")
final class BeatRoleIT {
  private static final String WORK =
      "echo got $PULSEWATCH_ROLE $PULSEWATCH_ROLE_TOKEN $$; while :; do sleep 0.02; done";

  private HeartbeatRecorder server;

  @BeforeEach
  void start() throws IOException {
    server = new HeartbeatRecorder();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void theCommandRunsWhileTheRoleIsHeldAndBeginsAgainWithTheNextGrant() throws Exception {
    try (Launched beat = beat(List.of(), "trap 'echo term; exit 0' TERM; " + WORK)) {
      assertThat(server.next(HeartbeatRequest::hasRegister).getRegister().getRolesList())
          .containsExactly("w");
      server.next(HeartbeatRequest::hasHeartbeat);
      server.holds(role("w", 5));
      beat.error("holds the role w with token 5");
      beat.line("got w 5");
      server.holds();
      beat.line("term");
      beat.error("the role w is lost; the command was stopped");
      assertThat(released()).containsExactly(5L);
      server.holds(role("w", -1));
      beat.line("got w 18446744073709551615");
      beat.signal("TERM");
      beat.line("term");
      assertThat(beat.exitCode()).isZero();
      assertThat(server.leaveReason()).isEqualTo("exit 0");
    }
  }

  private List<Long> released() throws InterruptedException {
    return server
        .next(request -> request.getHeartbeat().getRoleTokensReleasedCount() > 0)
        .getHeartbeat()
        .getRoleTokensReleasedList();
  }

  /** And with it what it started itself. */
  @Test
  void aCommandThatDoesNotStopIsKilledInTime() throws Exception {
    String stubborn = "trap '' TERM; sh -c '" + WORK + "'; true";
    try (Launched beat = beat(List.of("--stop-within", "400ms"), stubborn)) {
      server.holds(role("w", 5));
      long pid = pid(beat.line("got w 5"));
      ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
      ProcessHandle parent = child.parent().orElseThrow();
      long begun = System.nanoTime();
      server.holds();
      beat.error("the role w is lost; the command was killed");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(350));
      assertThat(released()).containsExactly(5L);
      assertThat(Processes.isRunning(parent.pid())).isFalse();
      assertThat(Processes.isRunning(child.pid())).isFalse();
      beat.signal("TERM");
      assertThat(beat.exitCode()).isZero();
      assertThat(server.leaveReason()).isEqualTo("signal TERM");
    }
  }

  @Test
  void theEndOfTheCommandIsTheEndOfBeat() throws Exception {
    try (Launched beat = beat(List.of(), "exit 3")) {
      server.next(HeartbeatRequest::hasHeartbeat);
      server.holds(role("w", 5));
      assertThat(beat.exitCode()).isEqualTo(3);
      assertThat(server.leaveReason()).isEqualTo("exit 3");
    }
  }

  @Test
  void itIsStoppedAtTheFenceAndGoesOnWhenItWasHeardInTime() throws Exception {
    server.fence(Duration.ofMillis(1500));
    try (Launched beat = beat(List.of(), "trap 'echo term; exit 0' TERM; " + WORK)) {
      server.next(HeartbeatRequest::hasHeartbeat);
      server.holds(role("w", 5));
      beat.line("got w 5");
      server.silent(true);
      beat.line("term");
      beat.error("not current any more");
      server.silent(false);
      beat.line("got w 5");
    }
  }

  /** Both are stopped, as by Ctrl-Z or by a suspended machine; both wake after the fence. */
  @Test
  void whoWakesAfterTheFenceKillsFirst() throws Exception {
    server.fence(Duration.ofMillis(1500));
    String script = "trap 'echo term' TERM; " + WORK;
    try (Launched beat = beat(List.of("--stop-within", "700ms"), script)) {
      server.next(HeartbeatRequest::hasHeartbeat);
      server.holds(role("w", 5));
      beat.line("got w 5");
      beat.signal("STOP");
      Thread.sleep(1700); // the fence, and what was left to stop in
      server.silent(true);
      beat.signal("CONT");
      beat.error("the command was killed");
      beat.signal("TERM");
      beat.exitCode();
      assertThat(beat.rest()).as("no time to stop in is left").doesNotContain("term");
    }
  }

  @Test
  void theCommandDoesNotOutliveAKilledBeat() throws Exception {
    assumeTrue(Executable.find("setpriv", System.getenv("PATH")).isPresent(), "no setpriv");
    try (Launched beat = beat(List.of(), WORK)) {
      server.next(HeartbeatRequest::hasHeartbeat);
      server.holds(role("w", 5));
      long pid = pid(beat.line("got w 5"));
      ProcessHandle command = ProcessHandle.of(pid).orElseThrow();
      beat.process().destroyForcibly();
      beat.exitCode();
      for (int i = 0; i < 200 && Processes.isRunning(command.pid()); i++) {
        Thread.sleep(50);
      }
      assertThat(Processes.isRunning(command.pid())).isFalse();
    }
  }

  private Launched beat(List<String> options, String script) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                "beat",
                "--server",
                server.address(),
                "--service",
                "s",
                "--id",
                "i",
                "--interval",
                "500ms",
                "--timeout",
                "6s",
                "--resume-window",
                "5s",
                "--role",
                "w"));
    line.addAll(options);
    line.addAll(List.of("--", "sh", "-c", script));
    return Launched.start(line.toArray(String[]::new));
  }

  private static long pid(String line) {
    return Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
  }
}
