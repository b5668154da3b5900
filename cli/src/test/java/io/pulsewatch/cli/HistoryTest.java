package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListChangesRequest;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code history} finds and says, on a server that keeps what the test says. */
final class HistoryTest {
  private static final String FORGOTTEN =
      "A server keeps its newest limits.ring_size changes, and with a data directory"
          + " limits.max_history of them for limits.history_hours\n";

  /** A restart takes numbers by the million. */
  private static final long AFTER_A_RESTART = 4_000_000_000_000L;

  private static final List<Change> LIFE =
      List.of(
          change(
              11,
              "orders",
              "o1",
              100,
              State.STATE_UNSPECIFIED,
              State.STATE_ALIVE,
              Cause.CAUSE_REGISTERED),
          change(
              12,
              "pay",
              "p1",
              99,
              State.STATE_UNSPECIFIED,
              State.STATE_ALIVE,
              Cause.CAUSE_REGISTERED),
          change(
              13, "orders", "o1", 60, State.STATE_ALIVE, State.STATE_SUSPECT, Cause.CAUSE_SILENCE),
          change(
              14,
              "orders",
              "o1",
              50,
              State.STATE_SUSPECT,
              State.STATE_ALIVE,
              Cause.CAUSE_RECOVERED),
          change(
              AFTER_A_RESTART,
              "orders",
              "o1",
              20,
              State.STATE_ALIVE,
              State.STATE_SUSPECT,
              Cause.CAUSE_STREAM_LOST),
          change(
              AFTER_A_RESTART + 1,
              "orders",
              "o1",
              15,
              State.STATE_SUSPECT,
              State.STATE_DEAD,
              Cause.CAUSE_SILENCE));

  private FakeServer server;
  private Shell shell;

  @BeforeEach
  void start() throws IOException {
    server = new FakeServer().keeps(10, LIFE);
    shell = server.shell();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void historyIsATable() {
    assertThat(shell.run("history", "--since", "13")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            REVISION       TIME                     INSTANCE   CHANGE            CAUSE        SERVING  EVIDENCE
            14             2026-01-02 11:59:10.000  orders/o1  SUSPECT -> ALIVE  recovered    yes
            4000000000000  2026-01-02 11:59:40.000  orders/o1  ALIVE -> SUSPECT  stream lost  no
            4000000000001  2026-01-02 11:59:45.000  orders/o1  SUSPECT -> DEAD   silence      no
            """);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void anInstanceHasItsUptimeBelow() {
    assertThat(shell.run("history", "orders/o1")).isZero();
    assertThat(shell.out())
        .startsWith("REVISION ")
        .contains("\n11  ")
        .doesNotContain("pay/p1")
        .endsWith("\n\norders/o1: up 70.0 % of 1 m 40 s (and SUSPECT 15.0 %), 1 flap\n");
  }

  @Test
  void jsonIsTheChangesAndASummary() throws IOException {
    assertThat(shell.run("history", "orders/o1", "-o", "json")).isZero();
    String[] lines = shell.out().split("\n");
    assertThat(lines).hasSize(6);
    Change.Builder read = Change.newBuilder();
    JsonFormat.parser().merge(lines[0], read);
    assertThat(read.build()).isEqualTo(LIFE.get(0));
    assertThat(lines[5])
        .isEqualTo(
            "{\"summary\":{\"service\":\"orders\",\"instanceId\":\"o1\","
                + "\"from\":\"2026-01-02T11:58:20Z\",\"to\":\"2026-01-02T12:00:00Z\","
                + "\"uptime\":0.7,\"suspect\":0.15,\"flaps\":\"1\"}}");
  }

  @Test
  void reasonsAreToldWhereAsked() {
    assertThat(shell.run("history", "pay", "--why")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            pay/p1  2026-01-02 11:58:21  new -> ALIVE, registered
                It registered.
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4000000000001",
    "2, 4000000000000 4000000000001",
    "3, 14 4000000000000 4000000000001",
    "5, 12 13 14 4000000000000 4000000000001",
  })
  void theNewestAreShownAndTheRestIsTold(int limit, String revisions) {
    assertThat(shell.run("history", "--limit", Integer.toString(limit))).isZero();
    assertThat(revisions()).isEqualTo(revisions);
    assertThat(shell.err())
        .isEqualTo(
            "pulsewatch: older changes are left out: --limit N shows more than " + limit + "\n");
  }

  @Test
  void exactlySoManyLeaveNothingOut() {
    assertThat(shell.run("history", "--limit", "6")).isZero();
    assertThat(shell.out().lines()).hasSize(7);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void nothingIsReadTwiceAndAGapCostsAFewQuestions() {
    List<Change> changes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      long revision = i < 150 ? 1 + i : AFTER_A_RESTART + i;
      changes.add(
          change(
              revision,
              "orders",
              "o1",
              400 - i,
              State.STATE_UNSPECIFIED,
              State.STATE_ALIVE,
              Cause.CAUSE_REGISTERED));
    }
    server.keeps(0, changes);
    assertThat(shell.run("history", "--limit", "200")).isZero();
    assertThat(shell.out().lines()).hasSize(201);
    // 300 changes are 100 of this server's pages.
    assertThat(server.questions()).hasSizeLessThan(150);
  }

  @ParameterizedTest
  @CsvSource({
    "11, 12 13 14 4000000000000 4000000000001",
    "14, 4000000000000 4000000000001",
    "17s, 4000000000001",
    "20s, 4000000000000 4000000000001",
    "2026-01-02T11:59:10Z, 14 4000000000000 4000000000001",
    "2026-01-02T12:59:10+01:00, 14 4000000000000 4000000000001",
    "2026-01-02T11:59:11, 4000000000000 4000000000001",
    "2026-01-02 11:59, 13 14 4000000000000 4000000000001",
  })
  void sinceIsARevisionOrATime(String since, String revisions) {
    assertThat(shell.run("history", "--since", since)).isZero();
    assertThat(revisions()).isEqualTo(revisions);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void aWallClockThatWasSetBackHidesNothingAfterIt() {
    server.keeps(
        0,
        List.of(
            LIFE.get(0),
            change(
                12,
                "orders",
                "o1",
                10,
                State.STATE_UNSPECIFIED,
                State.STATE_ALIVE,
                Cause.CAUSE_REPORTED),
            change(
                13,
                "orders",
                "o1",
                40,
                State.STATE_UNSPECIFIED,
                State.STATE_ALIVE,
                Cause.CAUSE_REPORTED)));
    assertThat(shell.run("history", "--since", "30s")).isZero();
    assertThat(revisions()).isEqualTo("12");
  }

  @Test
  void aRevisionThatIsNotKeptIsRefusedWithTheRemedy() {
    assertThat(shell.run("history", "--since", "3")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err())
        .isEqualTo(
            "pulsewatch: changes since revision 3 are not kept any more: the oldest kept is 11;"
                + " leave --since out to begin with the oldest. "
                + FORGOTTEN);
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void aTimeBeforeTheOldestKeptIsTold() {
    assertThat(shell.run("history", "--since", "2h")).isZero();
    assertThat(shell.out().lines()).hasSize(7);
    assertThat(shell.err())
        .isEqualTo(
            "pulsewatch: changes before 2026-01-02 11:58:20 (revision 11) are not kept any more. "
                + FORGOTTEN);
  }

  @Test
  void whoForgotNothingSaysNothing() {
    server.keeps(0, LIFE);
    assertThat(shell.run("history", "--since", "2h")).isZero();
    assertThat(shell.err()).isEmpty();
    assertThat(shell.run("history", "--since", "3")).isZero();
  }

  @Test
  void noChangesAreAnAnswer() {
    assertThat(shell.run("history", "orders/unknown")).isZero();
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).isEqualTo("pulsewatch: no changes\n");
    server.keeps(0, List.of());
    assertThat(shell.run("history", "--since", "1h")).isZero();
    assertThat(shell.err()).isEqualTo("pulsewatch: no changes\n");
  }

  @Test
  void oneInstanceIsAskedForAlone() {
    shell.run("history", "orders/o1");
    ListChangesRequest last = (ListChangesRequest) server.lastQuestion();
    assertThat(last.getServicesList()).containsExactly("orders");
    assertThat(last.getInstanceId()).isEqualTo("o1");
  }

  @ParameterizedTest
  @CsvSource({
    "100000, 100000, up 100 % of 1 m 40 s, 0",
    "0, 0, up 0 % of 1 m 40 s, 0",
    "99999, 1, up 99.999 % of 1 m 40 s (and SUSPECT < 0.1 %), 0",
    "99950, 50, up 99.950 % of 1 m 40 s (and SUSPECT < 0.1 %), 0",
    "99500, 500, up 99.50 % of 1 m 40 s (and SUSPECT 0.5 %), 0",
  })
  void sharesSayNeitherAllNorNothingWhereItIsNotQuite(
      long aliveMillis, long suspectMillis, String words, int flaps) {
    Uptime uptime =
        new Uptime(
            Shell.NOW,
            Duration.ofSeconds(100),
            Duration.ofMillis(aliveMillis),
            Duration.ofMillis(aliveMillis + suspectMillis > 100_000 ? 0 : suspectMillis),
            flaps);
    assertThat(uptime.words()).isEqualTo(words + ", 0 flaps");
  }

  @Test
  void whoWasRemovedIsNotUp() {
    Change removed =
        change(15, "orders", "o1", 50, State.STATE_ALIVE, State.STATE_ALIVE, Cause.CAUSE_REMOVED);
    assertThat(Uptime.of(List.of(LIFE.get(0), removed), Shell.NOW).aliveShare()).isEqualTo(0.5);
  }

  /** The revisions of the lines, in their order. */
  private String revisions() {
    return String.join(
        " ",
        shell.out().lines().skip(1).map(line -> line.substring(0, line.indexOf(' '))).toList());
  }

  private static Change change(
      long revision,
      String service,
      String id,
      long secondsAgo,
      State before,
      State after,
      Cause cause) {
    Instance instance =
        Samples.instance(service, id, after).toBuilder().setRevision(revision).build();
    Change.Builder change =
        Samples.change(instance, before, cause).toBuilder()
            .setAt(Samples.ago(Duration.ofSeconds(secondsAgo)));
    return before == State.STATE_UNSPECIFIED ? change.clearPrevious().build() : change.build();
  }
}
