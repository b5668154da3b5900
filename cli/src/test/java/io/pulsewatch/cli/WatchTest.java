package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.pulsewatch.v1.Bookmark;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Change;
import io.pulsewatch.v1.Delivery;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.SnapshotReason;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.WatchRequest;
import io.pulsewatch.v1.WatchResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a watch prints, and when it ends. Each script ends with a refusal, so each watch does. */
final class WatchTest {
  private static final Instance ALIVE = Samples.instance("orders", "o1", State.STATE_ALIVE);
  private static final Instance SUSPECT = Samples.instance("orders", "o1", State.STATE_SUSPECT);
  private static final Instance DEAD = Samples.instance("orders", "o1", State.STATE_DEAD);
  private static final Status THE_END = Status.OUT_OF_RANGE.withDescription("the end");

  private static final Change LOST =
      Samples.change(SUSPECT, State.STATE_ALIVE, Cause.CAUSE_STREAM_LOST).toBuilder()
          .setEvidence(
              Evidence.newBuilder()
                  .setSilence(Spans.toProto(Duration.ofMillis(420)))
                  .setTransportError("stream reset"))
          .build();
  private static final Change DIED =
      Samples.change(DEAD, State.STATE_SUSPECT, Cause.CAUSE_SILENCE).toBuilder()
          .setEvidence(
              Evidence.newBuilder()
                  .setSilence(Spans.toProto(Duration.ofMillis(6_003)))
                  .setSkipped(2)
                  .setOverdue(Spans.toProto(Duration.ofMillis(12)))
                  .setServerPause(Spans.toProto(Duration.ofMillis(40))))
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
  void onceIsTheSnapshotAlone() {
    server.answer(Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, ALIVE));
    assertThat(shell.run("watch", "--once")).isZero();
    assertThat(shell.out())
        .isEqualTo(
            """
            INSTANCE   STATE  STATUS   SERVING  FOR      HEARD    OVERRIDE  LABELS
            orders/o1  ALIVE  SERVING  yes      5 m 0 s  1 s ago
            """);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void onceAsJsonEndsWithTheSnapshot() {
    server.answer(Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, DEAD));
    assertThat(shell.run("watch", "--once", "-o", "json")).isZero();
    assertThat(shell.out().lines())
        .hasSize(3)
        .startsWith("{\"snapshotBegin\":{\"reason\":\"SNAPSHOT_REASON_INITIAL\"}}")
        .endsWith(
            "{\"revision\":\"42\",\"resumeToken\":\"t42\",\"snapshotEnd\":{\"count\":\"1\"}}");
  }

  @Test
  void changesAreOneLineEach() {
    server.answer(
        script(
            Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, ALIVE),
            Samples.changes(LOST, DIED),
            WatchResponse.newBuilder().setBookmark(Bookmark.getDefaultInstance()).build(),
            THE_END));
    assertThat(shell.run("watch")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.out())
        .isEqualTo(
            """
            INSTANCE   STATE  STATUS   SERVING  FOR      HEARD    OVERRIDE  LABELS
            orders/o1  ALIVE  SERVING  yes      5 m 0 s  1 s ago

            TIME          INSTANCE   CHANGE              CAUSE          SERVING  EVIDENCE
            12:00:00.000  orders/o1  ALIVE -> SUSPECT    stream lost    no       silence 420 ms of 6 s, stream reset
            12:00:00.000  orders/o1  SUSPECT -> DEAD     silence        no       silence 6.0 s of 6 s, sender skipped 2, server paused 40 ms, overdue 12 ms
            """);
    assertThat(shell.err()).isEqualTo("pulsewatch: the end\n");
  }

  @Test
  void jsonIsEachResponseOnALine() {
    server.answer(
        script(
            Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, ALIVE),
            Samples.changes(Samples.change(DEAD, State.STATE_ALIVE, Cause.CAUSE_SILENCE)),
            WatchResponse.newBuilder().setBookmark(Bookmark.getDefaultInstance()).build(),
            THE_END));
    assertThat(shell.run("-o", "json", "watch")).isEqualTo(ExitCodes.USAGE);
    List<String> lines = shell.out().lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(3))
        .startsWith("{\"revision\":\"43\",\"resumeToken\":\"t43\",\"changes\":{\"changes\":[{")
        .contains("\"state\":\"STATE_DEAD\"", "\"cause\":\"CAUSE_SILENCE\"");
    assertThat(lines.get(4)).isEqualTo("{\"bookmark\":{}}");
  }

  @Test
  void aLostServerIsToldAndTheWatchGoesOnFromItsToken() {
    server
        .answer(
            script(
                Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, ALIVE),
                Status.UNAVAILABLE.withDescription("io exception: Connection reset")))
        .answer(script(List.of(), Samples.changes(LOST), THE_END));
    assertThat(shell.run("watch")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.out()).contains("ALIVE -> SUSPECT");
    assertThat(shell.err())
        .isEqualTo(
            """
            pulsewatch: lost 127.0.0.1:5780: Connection reset; trying again
            pulsewatch: reached 127.0.0.1:5780 again
            pulsewatch: the end
            """);
    assertThat(((WatchRequest) server.lastQuestion()).getResumeToken()).isEqualTo("t42");
  }

  @Test
  void aServerThatStartsOverIsToldAndAllStatesFollow() {
    server.answer(script(Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_LINEAGE, ALIVE), THE_END));
    assertThat(shell.run("watch", "--resume", "t1")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.out()).contains("orders/o1  ALIVE");
    assertThat(shell.err())
        .startsWith(
            "pulsewatch: the server starts over (lineage, 0 changes skipped): all states follow\n");
    assertThat(((WatchRequest) server.lastQuestion()).getResumeToken()).isEqualTo("t1");
  }

  @Test
  void aServerThatIsNotThereIsToldAtOnce() {
    server.answer(Status.UNAVAILABLE.withDescription("Connection refused: /127.0.0.1:5780"));
    assertThat(shell.run("watch")).isEqualTo(ExitCodes.UNREACHABLE);
    assertThat(shell.err())
        .isEqualTo(
            "pulsewatch: cannot reach 127.0.0.1:5780: connection refused (is it running?"
                + " pulsewatch serve starts one)\n");
  }

  @Test
  void eachServerIsTriedBeforeThat() {
    server
        .answer(Status.UNAVAILABLE.withDescription("Connection refused"))
        .answer(Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, ALIVE));
    assertThat(shell.with("PULSEWATCH_SERVER", "a:1,b:2").run("watch", "--once")).isZero();
    assertThat(server.questions()).hasSize(2);
  }

  @Test
  void whatWasSaidIsAskedFor() {
    server.answer(THE_END);
    shell.run("watch", "orders", "p*", "-l", "env=prod", "--state", "dead", "--every-change");
    assertThat(server.lastQuestion())
        .isEqualTo(
            WatchRequest.newBuilder()
                .addServices("orders")
                .addServices("p*")
                .setLabelSelector("env=prod")
                .addStates(State.STATE_DEAD)
                .setDelivery(Delivery.DELIVERY_EVERY_CHANGE)
                .build());
  }

  @Test
  void aReaderThatHasGoneEndsTheWatch() {
    server.answer(Samples.snapshot(SnapshotReason.SNAPSHOT_REASON_INITIAL, ALIVE));
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(Cli.run(shell.surroundings(new PrintStream(closed)), "watch"))
        .isEqualTo(ExitCodes.OUTPUT_CLOSED);
  }

  private static List<Object> script(List<WatchResponse> begin, Object... further) {
    List<Object> script = new ArrayList<>(begin);
    script.addAll(List.of(further));
    return script;
  }
}
