package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.pulsewatch.v1.HandOverRoleRequest;
import io.pulsewatch.v1.HandOverRoleResponse;
import io.pulsewatch.v1.InstanceName;
import io.pulsewatch.v1.ListRolesRequest;
import io.pulsewatch.v1.ListRolesResponse;
import io.pulsewatch.v1.RoleCandidate;
import io.pulsewatch.v1.RoleSummary;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code pulsewatch roles} and {@code roles hand-over}. Confined to the test's thread. */
final class RolesTest {
  private static final RoleSummary HELD =
      RoleSummary.newBuilder()
          .setName("orders-writer")
          .setHolder(name("a"))
          .setToken(1742)
          .setSince(Samples.ago(Duration.ofMinutes(5)))
          .addCandidates(candidate("b", true))
          .addCandidates(candidate("c", false))
          .addCandidates(candidate("d", true))
          .addCandidates(candidate("e", true))
          .setCandidateCount(5)
          .build();
  private static final RoleSummary PASSING_ON =
      RoleSummary.newBuilder()
          .setName("mailer")
          .setFormer(name("a"))
          .setHandingOver(true)
          .setSuccessor(name("b"))
          .setToken(-1)
          .setFreeAt(Samples.ago(Duration.ofSeconds(-4)))
          .build();
  private static final RoleSummary DOUBTED =
      PASSING_ON.toBuilder().setName("x").setHandingOver(false).clearFreeAt().build();

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

  private static InstanceName name(String id) {
    return InstanceName.newBuilder().setService("orders").setInstanceId(id).build();
  }

  private static RoleCandidate candidate(String id, boolean eligible) {
    return RoleCandidate.newBuilder().setInstance(name(id)).setEligible(eligible).build();
  }

  @Test
  void rolesAreATable() {
    server.answer(
        ListRolesResponse.newBuilder()
            .addRoles(HELD)
            .addRoles(PASSING_ON)
            .addRoles(DOUBTED)
            .addRoles(RoleSummary.newBuilder().setName("vacant"))
            .build());
    assertThat(shell.run("roles")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            ROLE           HOLDER                                          TOKEN                 FOR      CANDIDATES
            orders-writer  orders/a                                        1742                  5 m 0 s  orders/b, (orders/c), orders/d and 2 more
            mailer         nobody: orders/a is asked to stop, at most 4 s  18446744073709551615
            x              nobody: orders/a may still act                  18446744073709551615
            vacant         nobody
            """);
  }

  @Test
  void rolesAsksForWhatWasSaidAndReadsEveryPage() {
    server
        .answer(ListRolesResponse.newBuilder().addRoles(HELD).setNextPageToken("2").build())
        .answer(ListRolesResponse.newBuilder().addRoles(DOUBTED).build());
    assertThat(shell.run("roles", "order*", "x", "-o", "json")).isZero();
    assertThat(shell.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("{\"name\":\"orders-writer\",\"holder\":{\"service\":\"orders\"");
    assertThat(server.questions().get(0))
        .isEqualTo(
            ListRolesRequest.newBuilder()
                .addRoles("order*")
                .addRoles("x")
                .setPageSize(1000)
                .build());
    assertThat(((ListRolesRequest) server.lastQuestion()).getPageToken()).isEqualTo("2");
  }

  @Test
  void noRolesIsAnAnswer() {
    server.answer(ListRolesResponse.getDefaultInstance());
    assertThat(shell.run("roles")).isZero();
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).isEqualTo("pulsewatch: no roles\n");
  }

  @Test
  void handOverTellsWhatBecomesOfIt() {
    server.answer(HandOverRoleResponse.newBuilder().setRole(PASSING_ON).build());
    assertThat(
            shell.run("roles", "hand-over", "mailer", "--to", "orders/b", "--reason", "new disk"))
        .isZero();
    assertThat(shell.out())
        .isEqualTo("mailer: nobody: orders/a is asked to stop, at most 4 s, for orders/b\n");
    assertThat(server.lastQuestion())
        .isEqualTo(
            HandOverRoleRequest.newBuilder()
                .setRole("mailer")
                .setTo(name("b"))
                .setReason("new disk")
                .build());
  }

  @Test
  void handOverToTheHolderChangesNothing() {
    server.answer(HandOverRoleResponse.newBuilder().setRole(HELD).build());
    assertThat(shell.run("roles", "-o", "table", "hand-over", "orders-writer")).isZero();
    assertThat(shell.out()).isEqualTo("orders-writer: orders/a holds it\n");
  }

  @Test
  void optionsOfTheParentAreTheOnesOfHandOverToo() {
    server.answer(HandOverRoleResponse.newBuilder().setRole(HELD).build());
    assertThat(shell.run("roles", "-o", "json", "hand-over", "orders-writer")).isZero();
    assertThat(shell.out()).startsWith("{\"name\":\"orders-writer\"");
  }

  @Test
  void refusalsAreToldInOneLine() {
    server.answer(Status.FAILED_PRECONDITION.withDescription("Nobody else stands for mailer."));
    assertThat(shell.run("roles", "hand-over", "mailer")).isEqualTo(ExitCodes.REFUSED);
    assertThat(shell.err())
        .isEqualTo("pulsewatch: FAILED_PRECONDITION: Nobody else stands for mailer.\n");
    server.answer(Status.NOT_FOUND.withDescription("No role has this name."));
    assertThat(shell.run("roles", "hand-over", "m")).isEqualTo(ExitCodes.NEGATIVE);
    assertThat(shell.run("roles", "hand-over", "m", "--to", "b")).isEqualTo(ExitCodes.USAGE);
  }

  @Test
  void beatRefusesWhatItCouldNotKeep() {
    String[] beat = {"beat", "--service", "s", "--id", "i", "--role", "w"};
    assertThat(shell.run(beat)).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).contains("--role needs a command");
    assertThat(refusal(beat, "--stop-within", "3s"))
        .contains(
            "role: 'w': 3000 ms to stop in leave a fence of 1993 ms (expected: at least 2200");
    assertThat(refusal(beat, "--stop-within", "0s")).contains("stopWithin");
    assertThat(refusal(beat, "--resume-window", "0s")).contains("a resume window of 0");
    assertThat(refusal(new String[] {"beat", "--service", "s", "--id", "i"}, "--stop-within", "1s"))
        .contains("--stop-within is for a command with --role");
  }

  private String refusal(String[] beat, String... options) {
    String[] line = new String[beat.length + options.length + 2];
    System.arraycopy(beat, 0, line, 0, beat.length);
    System.arraycopy(options, 0, line, beat.length, options.length);
    line[line.length - 2] = "--";
    line[line.length - 1] = "true";
    shell.with("PATH", "/usr/bin:/bin");
    assertThat(shell.run(line)).isEqualTo(ExitCodes.USAGE);
    return shell.err();
  }
}
