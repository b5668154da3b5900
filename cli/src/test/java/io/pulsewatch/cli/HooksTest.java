package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.pulsewatch.v1.DeadLetter;
import io.pulsewatch.v1.Hook;
import io.pulsewatch.v1.ListHooksRequest;
import io.pulsewatch.v1.ListHooksResponse;
import io.pulsewatch.v1.ReplayHookRequest;
import io.pulsewatch.v1.ReplayHookResponse;
import io.pulsewatch.v1.TestHookResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hooks on the command line: how they are configured, and what operators see of them. */
final class HooksTest {
  private static final Hook PAGER =
      Hook.newBuilder()
          .setName("pager")
          .setTarget("https://pager.example.com/hook")
          .setCursor(41)
          .setLag(Spans.toProto(Duration.ofSeconds(90)))
          .setWaiting(3)
          .setInFlight(1)
          .setDelivered(120)
          .setFailedAttempts(7)
          .setDeadLetterCount(1)
          .setLastError("HTTP 500")
          .setLastErrorAt(Samples.ago(Duration.ofMinutes(1)))
          .setLastDeliveredAt(Samples.ago(Duration.ofMinutes(2)))
          .build();

  @TempDir private Path folder;
  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer();
    shell = server.shell();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String checked(String yaml) throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, yaml);
    assertThat(shell.run("config", "check", file.toString())).isEqualTo(ExitCodes.USAGE);
    return shell.err().replace(file.toString(), "FILE");
  }

  @Test
  void listIsATable() {
    server.answer(ListHooksResponse.newBuilder().addHooks(PAGER).build());
    assertThat(shell.run("hooks", "list")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            HOOK   TARGET                          LAG       WAITING  DELIVERED  FAILED  DEAD  LAST ERROR
            pager  https://pager.example.com/hook  1 m 30 s  3        120        7       1     HTTP 500
            """);
    server.answer(ListHooksResponse.newBuilder().build());
    assertThat(shell.run("hooks", "list")).isZero();
    assertThat(shell.err()).contains("no hooks: they are configured where the server is started");
    server.answer(ListHooksResponse.newBuilder().addHooks(PAGER).build());
    assertThat(shell.run("hooks", "list", "-o", "json")).isZero();
    assertThat(shell.out()).startsWith("{\"name\":\"pager\",").contains("\"cursor\":\"41\"");
  }

  @Test
  void oneIsToldWithItsDeadLetters() {
    server.answer(
        ListHooksResponse.newBuilder()
            .addHooks(
                PAGER.toBuilder()
                    .addDeadLetters(
                        DeadLetter.newBuilder()
                            .setRevision(40)
                            .setType("io.pulsewatch.change.dead")
                            .setSubject("orders/a")
                            .setAttempts(100)
                            .setError("HTTP 500")
                            .setFailedAt(Samples.ago(Duration.ofMinutes(1)))))
            .build());
    assertThat(shell.run("hooks", "list", "pager")).isZero();
    assertThat(server.lastQuestion())
        .isEqualTo(ListHooksRequest.newBuilder().setName("pager").build());
    assertThat(shell.out())
        .contains("cursor           41\n", "last error       2026-01-02 11:59:00  HTTP 500\n")
        .contains("40        change.dead  orders/a  2026-01-02 11:59:00  100       HTTP 500\n");
  }

  @Test
  void aTestSaysWhatCameBack() {
    TestHookResponse.Builder came =
        TestHookResponse.newBuilder().setTook(Spans.toProto(Duration.ofMillis(12)));
    server.answer(came.setDelivered(true).setOutcome("HTTP 204").build());
    assertThat(shell.run("hooks", "test", "pager")).isZero();
    assertThat(shell.out()).isEqualTo("pager: delivered after 12 ms, HTTP 204\n");
    server.answer(came.setDelivered(false).setOutcome("HTTP 500").build());
    assertThat(shell.run("hooks", "test", "pager")).isEqualTo(ExitCodes.NEGATIVE);
    assertThat(shell.out()).isEqualTo("pager: not delivered after 12 ms, HTTP 500\n");
    server.answer(Status.NOT_FOUND.withDescription("This server has no hook 'x'"));
    assertThat(shell.run("hooks", "test", "x")).isEqualTo(ExitCodes.NEGATIVE);
  }

  @Test
  void deadLettersOrAllSinceAreReplayed() {
    server.answer(ReplayHookResponse.newBuilder().setDeadLetters(2).build());
    assertThat(shell.run("hooks", "replay", "pager")).isZero();
    assertThat(shell.out()).isEqualTo("pager: 2 dead letters are sent again\n");
    server.answer(ReplayHookResponse.newBuilder().setCursor(17).build());
    assertThat(shell.run("hooks", "replay", "pager", "--since", "17")).isZero();
    assertThat(shell.out()).isEqualTo("pager: tells again what came after revision 17\n");
    assertThat(server.lastQuestion())
        .isEqualTo(ReplayHookRequest.newBuilder().setName("pager").setSinceRevision(17).build());
  }

  @Test
  void everyMistakeIsToldWithItsLine() throws IOException {
    Files.writeString(folder.resolve("pager.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertThat(
            checked(
                """
                hooks:
                  - name: pager
                    url: https://pager.example.com/hook
                    secret: pager.secret
                    states: [SUSPECT, DEAF]
                    timeout: 1ms
                  - name: Pager
                    exec: [echo]
                  - name: two
                    url: https://a.example.com/
                    exec: [echo]
                  - name: bare
                    url: https://a.example.com/
                  - name: odd
                    url: ftp://a.example.com/
                    secret: x
                  - exec: [echo]
                  - name: typo
                    exec: [echo]
                    state: DEAD
                    max_attempts: many
                    from: yesterday
                  - echo
                """))
        .isEqualTo(
            """
            pulsewatch: FILE:20: hooks: unknown key state (expected: states)
            pulsewatch: FILE:23: hooks: 'echo' (expected: names and values)
            pulsewatch: FILE:5: hooks: states: 'DEAF' (expected: of [ALIVE, SUSPECT, DEAD, LEFT])
            pulsewatch: FILE:6: hooks: timeout: 1ms (expected: 100ms..300s)
            pulsewatch: FILE:7: hooks: name: 'Pager' (expected: 1..63 of a-z 0-9 _ -)
            pulsewatch: FILE:11: hooks: two: url: and exec: (expected: one of them)
            pulsewatch: FILE:13: hooks: bare: no secret (expected: secret: and a file that the receiver has, too; make one with: echo whsec_$(openssl rand -base64 32))
            pulsewatch: FILE:15: hooks: url: of no use (expected: http://.. or https://.., with a host and without a user)
            pulsewatch: FILE:17: hooks: no name (expected: name: and 1..63 of a-z 0-9 _ -)
            pulsewatch: FILE:21: hooks: max_attempts: 'many' (expected: a whole number)
            pulsewatch: FILE:22: hooks: from: 'yesterday' (expected: now or beginning)
            """);
  }

  @Test
  void filesAndTheirNumberAreLookedAtBeforeAStart() throws IOException {
    assertThat(
            checked(
                """
                hooks:
                  - name: pager
                    url: https://pager.example.com/hook
                    secret: nowhere
                """))
        .startsWith("pulsewatch: FILE:4: hooks: secret: ")
        .contains("nowhere: cannot be read");
    Files.writeString(folder.resolve("pager.secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    assertThat(
            checked(
                """
                hooks:
                  - name: pager
                    url: https://pager.example.com/hook
                    secret: pager.secret
                    ca: nowhere.pem
                """))
        .startsWith("pulsewatch: FILE:5: hooks: ca: ")
        .contains("nowhere.pem");
    StringBuilder many = new StringBuilder("hooks:\n");
    for (int i = 1; i <= io.pulsewatch.server.Hook.MAX_HOOKS + 1; i++) {
      many.append("  - name: h").append(i).append("\n    exec: [echo]\n");
    }
    assertThat(checked(many.toString()))
        .isEqualTo("pulsewatch: FILE:66: hooks: one too many (expected: at most 32)\n");
  }

  @Test
  void twoOfOneNameAreRefused() throws IOException {
    assertThat(
            checked(
                """
                hooks:
                  - name: a
                    exec: [echo]
                  - name: a
                    exec: [echo]
                """))
        .isEqualTo("pulsewatch: FILE:4: hooks: name: 'a' has another hook, at FILE:2, too\n");
    assertThat(checked("hooks: echo\n"))
        .isEqualTo(
            "pulsewatch: FILE:1: hooks: 'echo' (expected: a list, each with a dash before)\n");
  }

  @Test
  void printShowsThem() throws IOException {
    Path file = folder.resolve("p.yaml");
    Files.writeString(file, "hooks:\n  - name: a\n    exec: [echo, hi]\n    parallel: 2\n");
    assertThat(shell.run("config", "check", file.toString())).isZero();
    assertThat(shell.out()).endsWith("good, 0 values, 1 hook\n");
    assertThat(shell.run("config", "print", "--config", file.toString())).isZero();
    assertThat(shell.out()).containsPattern("hooks +a \\(exec echo\\) +\\S+p.yaml:2\n");
  }
}
