package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.ClearOverrideRequest;
import io.pulsewatch.v1.ClearOverrideResponse;
import io.pulsewatch.v1.DetectorMode;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.GetInstanceRequest;
import io.pulsewatch.v1.GetInstanceResponse;
import io.pulsewatch.v1.GetServerStateResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.ListInstancesRequest;
import io.pulsewatch.v1.ListInstancesResponse;
import io.pulsewatch.v1.ListServicesResponse;
import io.pulsewatch.v1.OverrideKind;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.ServiceSummary;
import io.pulsewatch.v1.SetOverrideRequest;
import io.pulsewatch.v1.SetOverrideResponse;
import io.pulsewatch.v1.State;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each single question asks, prints and exits with. */
final class AnswersTest {
  private static final Instance ALIVE = Samples.furnished("orders", "orders-1", State.STATE_ALIVE);
  private static final Instance DEAD = Samples.instance("orders", "o2", State.STATE_DEAD);
  private static final Instance IN_MAINTENANCE =
      ALIVE.toBuilder()
          .setServing(false)
          .setOverride(
              io.pulsewatch.v1.Override.newBuilder()
                  .setKind(OverrideKind.OVERRIDE_KIND_MAINTENANCE)
                  .setExpiresAt(Samples.ago(Duration.ofMinutes(-10)))
                  .setReason("new disk"))
          .build();

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

  @Test
  void listIsATable() {
    server.answer(
        ListInstancesResponse.newBuilder().addInstances(DEAD).addInstances(IN_MAINTENANCE).build());
    assertThat(shell.run("list")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            INSTANCE         STATE  STATUS   SERVING  FOR      HEARD    OVERRIDE                                          LABELS
            orders/o2        DEAD   SERVING  no       5 m 0 s  1 s ago
            orders/orders-1  ALIVE  SERVING  no       5 m 0 s  1 s ago  MAINTENANCE until 2026-01-02 12:10:00 (new disk)  env=prod,tier=web
            """);
  }

  @Test
  void listAsksForWhatWasSaid() {
    server.answer(ListInstancesResponse.newBuilder().addInstances(ALIVE).build());
    shell.run("list", "orders", "pay*", "-l", "env in (a, b)", "--state", "alive,SUSPECT");
    assertThat(server.questions().get(0))
        .isEqualTo(
            ListInstancesRequest.newBuilder()
                .addServices("orders")
                .addServices("pay*")
                .setLabelSelector("env in (a, b)")
                .addStates(State.STATE_ALIVE)
                .addStates(State.STATE_SUSPECT)
                .setPageSize(1000)
                .build());
  }

  @Test
  void listReadsEveryPage() {
    server
        .answer(
            ListInstancesResponse.newBuilder().addInstances(ALIVE).setNextPageToken("2").build())
        .answer(ListInstancesResponse.newBuilder().addInstances(DEAD).build());
    assertThat(shell.run("list", "-o", "json")).isZero();
    assertThat(shell.out().lines()).hasSize(2);
    assertThat(((ListInstancesRequest) server.lastQuestion()).getPageToken()).isEqualTo("2");
  }

  @Test
  void anEmptyListIsAnAnswer() {
    server.answer(ListInstancesResponse.getDefaultInstance());
    assertThat(shell.run("list")).isZero();
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).isEqualTo("pulsewatch: no instances\n");
  }

  @Test
  void jsonIsProtoJsonAndOneObjectALine() throws IOException {
    server.answer(
        ListInstancesResponse.newBuilder().addInstances(ALIVE).addInstances(DEAD).build());
    assertThat(shell.run("--output", "json", "list")).isZero();
    String[] lines = shell.out().split("\n");
    assertThat(lines).hasSize(2);
    Instance.Builder read = Instance.newBuilder();
    JsonFormat.parser().merge(lines[0], read);
    assertThat(read.build()).isEqualTo(ALIVE);
    assertThat(lines[1])
        .isEqualTo(
            "{\"service\":\"orders\",\"instanceId\":\"o2\",\"incarnation\":\"41\","
                + "\"revision\":\"42\",\"state\":\"STATE_DEAD\",\"status\":\"STATUS_SERVING\","
                + "\"since\":\"2026-01-02T11:55:00Z\","
                + "\"lastHeartbeatAt\":\"2026-01-02T11:59:59Z\",\"lastSequence\":\"150\","
                + "\"interval\":\"2s\",\"timeout\":\"6s\"}");
  }

  @Test
  void servicesAreATable() {
    server.answer(
        ListServicesResponse.newBuilder()
            .addServices(
                ServiceSummary.newBuilder()
                    .setService("orders")
                    .setServing(2)
                    .putCounts("ALIVE", 3)
                    .putCounts("DEAD", 1))
            .build());
    assertThat(shell.run("services")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            SERVICE  SERVING  ALIVE  SUSPECT  DEAD  LEFT
            orders   2        3      0        1     0
            """);
  }

  @ParameterizedTest
  @CsvSource({"orders/orders-1,", "orders, orders-1"})
  void getTakesOneWordOrTwo(String first, String second) {
    server.answer(explained(ALIVE));
    String[] args =
        second == null ? new String[] {"get", first} : new String[] {"get", first, second};
    assertThat(shell.run(args)).isZero();
    assertThat(server.lastQuestion())
        .isEqualTo(
            ExplainInstanceRequest.newBuilder()
                .setService("orders")
                .setInstanceId("orders-1")
                .build());
  }

  @Test
  void getInJsonIsTheInstance() {
    server.answer(GetInstanceResponse.newBuilder().setInstance(ALIVE).build());
    assertThat(shell.run("get", "orders/orders-1", "-o", "json")).isZero();
    assertThat(shell.out()).startsWith("{\"service\":\"orders\",\"instanceId\":\"orders-1\"");
    assertThat(server.lastQuestion())
        .isEqualTo(
            GetInstanceRequest.newBuilder().setService("orders").setInstanceId("orders-1").build());
  }

  @Test
  void getIsACard() {
    server.answer(
        explained(IN_MAINTENANCE).toBuilder()
            .addChanges(Samples.change(ALIVE, State.STATE_ALIVE, Cause.CAUSE_REPORTED))
            .addChanges(
                Samples.change(ALIVE, State.STATE_SUSPECT, Cause.CAUSE_RECOVERED).toBuilder()
                    .setEvidence(
                        Evidence.newBuilder()
                            .setSilence(Spans.toProto(Duration.ofMillis(5_000)))
                            .setPlanned(Spans.toProto(Duration.ofMillis(2_000)))
                            .setSenderLate(Spans.toProto(Duration.ofMillis(1_200)))
                            .setLastSequence(149)))
            .build());
    assertThat(shell.run("get", "orders/orders-1")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            instance           orders/orders-1
            state              ALIVE
            status             SERVING
            serving            no
            override           MAINTENANCE until 2026-01-02 12:10:00 (new disk)
            since              2026-01-02 11:55:00 (5 m 0 s ago)
            last heartbeat     #150, 2026-01-02 11:59:59 (1 s ago)
            interval, timeout  2 s, 6 s
            suspicion          0.25 (1: suspect)
            labels             env=prod,tier=web
            endpoints          grpc=10.0.0.1:8080, [::1]:80
            zone               eu-1
            weight             100
            version            1.2.3
            incarnation        41
            revision           42
            last change        12:00:00.000, SUSPECT -> ALIVE, recovered
            because            Heartbeat #149 ended a silence of 5.0 s (timeout 6 s).
                               On its way it lost another 1.8 s: the path was slow (a lost TCP segment stalls about 0.2, 0.6 or 1.4 s).
                               It was sent 1.2 s late by the sender's own clock: the sender was starved.
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "get a/b, true, 0",
    "get a/b, false, 0",
    "get a/b --check, true, 0",
    "get a/b --check, false, 1"
  })
  void getIsNegativeForWhatDoesNotServeOnlyWhereAsked(String args, boolean serving, int code) {
    server.answer(explained(ALIVE.toBuilder().setServing(serving).build()));
    assertThat(shell.run(args.split(" "))).isEqualTo(code);
  }

  @Test
  void overrideSetSaysWhatHoldsNow() {
    server.answer(SetOverrideResponse.newBuilder().setInstance(IN_MAINTENANCE).build());
    assertThat(
            shell.run(
                "override",
                "set",
                "orders/orders-1",
                "maintenance",
                "--for",
                "10m",
                "--reason",
                "new disk"))
        .isZero();
    assertThat(shell.out())
        .isEqualTo("orders/orders-1: MAINTENANCE until 2026-01-02 12:10:00 (new disk)\n");
    assertThat(server.lastQuestion())
        .isEqualTo(
            SetOverrideRequest.newBuilder()
                .setService("orders")
                .setInstanceId("orders-1")
                .setOverride(OverrideKind.OVERRIDE_KIND_MAINTENANCE)
                .setExpiresIn(Spans.toProto(Duration.ofMinutes(10)))
                .setReason("new disk")
                .build());
  }

  @ParameterizedTest
  @CsvSource({
    "maintenance, OVERRIDE_KIND_MAINTENANCE",
    "serving, OVERRIDE_KIND_SERVING",
    "NOT-SERVING, OVERRIDE_KIND_NOT_SERVING",
  })
  void overrideSetStaysUntilClearedUnlessItIsSaid(String word, OverrideKind kind) {
    server.answer(SetOverrideResponse.newBuilder().setInstance(ALIVE).build());
    assertThat(shell.run("override", "set", "a/b", word)).isZero();
    SetOverrideRequest question = (SetOverrideRequest) server.lastQuestion();
    assertThat(question.getOverride()).isEqualTo(kind);
    assertThat(question.hasExpiresIn()).isFalse();
  }

  @Test
  void overrideClearSaysThatThereIsNone() {
    server.answer(ClearOverrideResponse.newBuilder().setInstance(ALIVE).build());
    assertThat(shell.run("override", "clear", "orders", "orders-1")).isZero();
    assertThat(shell.out()).isEqualTo("orders/orders-1: no override\n");
    assertThat(server.lastQuestion())
        .isEqualTo(
            ClearOverrideRequest.newBuilder()
                .setService("orders")
                .setInstanceId("orders-1")
                .build());
  }

  @Test
  void removeSaysThatItIsGone() {
    server.answer(RemoveInstanceResponse.newBuilder().setRevision(7).build());
    assertThat(shell.run("remove", "orders/o2")).isZero();
    assertThat(shell.out()).isEqualTo("orders/o2: removed\n");
    server.answer(RemoveInstanceResponse.newBuilder().setRevision(7).build());
    assertThat(shell.run("remove", "orders/o2", "-o", "json")).isZero();
    assertThat(shell.out()).isEqualTo("{\"revision\":\"7\"}\n");
  }

  @Test
  void stateIsACard() {
    server.answer(
        GetServerStateResponse.newBuilder()
            .setServerId("3f2a")
            .setVersion("0.1.0")
            .setStartedAt(Samples.ago(Duration.ofHours(3)))
            .setLineage("memory-1")
            .setDetectorMode(DetectorMode.DETECTOR_MODE_PAUSED)
            .setWarmingUp(true)
            .setInstances(3)
            .setStreams(2)
            .setRegistering(1)
            .setWatchers(1)
            .setPauses(4)
            .setPaused(Spans.toProto(Duration.ofMillis(90)))
            .setStretch(1)
            .putLimits("max_streams", 1_000)
            .putLimits("max_instances", 2_000)
            .build());
    assertThat(shell.run("state")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            server               3f2a
            version              0.1.0
            started              2026-01-02 09:00:00 (3 h 0 m ago)
            detector mode        PAUSED
            warming up           yes
            instances            3
            streams              2
            registering          1
            watchers             1
            own pauses           4, together 90 ms
            stretch              1.00
            lineage              memory-1
            limit max_instances  2000
            limit max_streams    1000
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOT_FOUND           | 1 | orders/x is unknown",
        "INVALID_ARGUMENT    | 2 | orders/x is unknown",
        "OUT_OF_RANGE        | 2 | orders/x is unknown",
        "UNAVAILABLE         | 3 | cannot reach 127.0.0.1:5780: orders/x is unknown (is it running?"
            + " pulsewatch serve starts one)",
        "DEADLINE_EXCEEDED   | 3 | cannot reach 127.0.0.1:5780: no answer in time (is it running?"
            + " pulsewatch serve starts one)",
        "FAILED_PRECONDITION | 4 | FAILED_PRECONDITION: orders/x is unknown",
        "PERMISSION_DENIED   | 4 | PERMISSION_DENIED: orders/x is unknown",
        "RESOURCE_EXHAUSTED  | 4 | RESOURCE_EXHAUSTED: orders/x is unknown",
        "INTERNAL            | 4 | INTERNAL: orders/x is unknown",
        "UNIMPLEMENTED       | 4 | 127.0.0.1:5780 does not know this call (is it a Pulsewatch server"
            + " of this release?)",
      })
  void whatAServerSaysHasACode(Status.Code code, int exitCode, String line) {
    server.answer(code.toStatus().withDescription("orders/x is unknown"));
    assertThat(shell.run("get", "orders/x")).isEqualTo(exitCode);
    assertThat(shell.err()).isEqualTo("pulsewatch: " + line + "\n");
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void whatOthersWroteDoesNotReachTheTerminalRaw() {
    server.answer(explained(ALIVE.toBuilder().putLabels("x", "\u001b[2J").build()));
    shell.run("get", "orders/orders-1");
    assertThat(shell.out()).doesNotContain("\u001b").contains("x=\\u001b[2J");
    server.answer(Status.NOT_FOUND.withDescription("\u001b]0;title\u0007"));
    shell.run("get", "orders/orders-1");
    assertThat(shell.err()).doesNotContain("\u001b").contains("\\u001b]0;title");
  }

  @Test
  void statesAreColouredOnATerminal() {
    server.answer(explained(DEAD));
    shell.onColourTerminal().run("get", "orders/o2");
    assertThat(shell.out()).contains("state              \u001b[31mDEAD\u001b[0m\n");
  }

  private static ExplainInstanceResponse explained(Instance instance) {
    return ExplainInstanceResponse.newBuilder().setInstance(instance).build();
  }
}
