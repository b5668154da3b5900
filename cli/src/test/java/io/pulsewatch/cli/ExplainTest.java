package io.pulsewatch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import io.grpc.Status;
import io.pulsewatch.v1.Cause;
import io.pulsewatch.v1.Evidence;
import io.pulsewatch.v1.ExplainInstanceRequest;
import io.pulsewatch.v1.ExplainInstanceResponse;
import io.pulsewatch.v1.Instance;
import io.pulsewatch.v1.LatenessBucket;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.TimeoutAdvice;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code explain} prints: a card, what happened and why, lateness, and advice. */
final class ExplainTest {
  private static final Instance DEAD = Samples.instance("orders", "o2", State.STATE_DEAD);

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
  void changesAreToldWithTheirReasons() {
    server.answer(
        ExplainInstanceResponse.newBuilder()
            .setInstance(DEAD)
            .addChanges(
                Samples.change(
                        DEAD.toBuilder().setState(State.STATE_SUSPECT).build(),
                        State.STATE_ALIVE,
                        Cause.CAUSE_STREAM_LOST)
                    .toBuilder()
                    .setEvidence(
                        Evidence.newBuilder()
                            .setSilence(span(480))
                            .setLastSequence(17)
                            .setTransportError("CANCELLED\u001b[2J")))
            .addChanges(
                Samples.change(DEAD, State.STATE_SUSPECT, Cause.CAUSE_SILENCE).toBuilder()
                    .setEvidence(
                        Evidence.newBuilder()
                            .setSilence(span(6_000))
                            .setLastSequence(17)
                            .setServerPause(span(2_000))))
            .setLatenessAbsent("It came by unary beats.")
            .build());
    assertThat(shell.run("explain", "orders/o2")).isZero();
    assertThat(shell.out())
        .startsWith("instance           orders/o2\n")
        .endsWith(
            """

            2026-01-02 12:00:00  ALIVE -> SUSPECT, stream lost
                Its stream was reset or broke (CANCELLED\\u001b[2J) without a goodbye: it died, or something cut the path.
                It had been silent for 480 ms (timeout 6 s, last heard #17).
            2026-01-02 12:00:00  SUSPECT -> DEAD, silence
                Nothing came for 6.0 s (timeout 6 s, last heard #17), though its stream stayed open: it stopped or hangs, or the path swallows what it sends.
                We paused for 2.0 s, which does not count.

            No lateness and no advice on timeouts. It came by unary beats.
            """);
    assertThat(server.lastQuestion())
        .isEqualTo(
            ExplainInstanceRequest.newBuilder().setService("orders").setInstanceId("o2").build());
  }

  @Test
  void latenessAndAdviceAreTables() {
    server.answer(
        ExplainInstanceResponse.newBuilder()
            .setInstance(DEAD)
            .addLateness(bucket(1_049, 3_000))
            .addLateness(bucket(220_000, 2))
            .addLateness(LatenessBucket.newBuilder().setCount(1))
            .addAdvice(advice(3_000, 14.389, 1))
            .addAdvice(advice(6_000, 43.17, 0))
            .addAdvice(advice(18_000, 0.0123, 0))
            .build());
    assertThat(shell.run("explain", "orders/o2")).isZero();
    assertThat(shell.out())
        .endsWith(
            """

            Lateness of 3003 heartbeats, about 1 h 40 m (bars grow with the logarithm):
            LATE BY   HEARTBEATS  SHARE
            < 1.0 ms  3000        99.9 %   ##############################
            < 220 ms  2           0.067 %  ######
            more      1           0.033 %  ###

            What a timeout would have cost, if it goes on as it went:
            TIMEOUT        FALSE VERDICTS A DAY  SEEN IN 1 h 40 m
            3 s            14                    1
            6 s (granted)  at most 43            0
            18 s           at most 0.012         0
            """);
  }

  @Test
  void manyBucketsArePutTogether() {
    ExplainInstanceResponse.Builder answer = ExplainInstanceResponse.newBuilder().setInstance(DEAD);
    for (int i = 1; i <= 41; i++) {
      answer.addLateness(bucket(1_000L * i, i));
    }
    server.answer(answer.build());
    shell.run("explain", "orders/o2");
    assertThat(shell.out().lines().filter(line -> line.startsWith("< "))).hasSize(11);
    assertThat(shell.out())
        .contains("Lateness of 861 heartbeats")
        .contains("< 4.0 ms  10 ")
        .contains("< 41 ms   41 ");
  }

  @Test
  void jsonIsTheWholeAnswer() throws IOException {
    ExplainInstanceResponse answer =
        ExplainInstanceResponse.newBuilder()
            .setInstance(DEAD)
            .addLateness(bucket(1_049, 3_000))
            .addAdvice(advice(6_000, 0.5, 0))
            .build();
    server.answer(answer);
    assertThat(shell.run("explain", "orders/o2", "-o", "json")).isZero();
    ExplainInstanceResponse.Builder read = ExplainInstanceResponse.newBuilder();
    JsonFormat.parser().merge(shell.out(), read);
    assertThat(read.build()).isEqualTo(answer);
  }

  @Test
  void anUnknownInstanceIsANegativeAnswer() {
    server.answer(Status.NOT_FOUND.withDescription("orders/o2 is not known here"));
    assertThat(shell.run("explain", "orders/o2")).isEqualTo(1);
    assertThat(shell.err()).isEqualTo("pulsewatch: orders/o2 is not known here\n");
  }

  private static LatenessBucket bucket(long upperMicros, long count) {
    return LatenessBucket.newBuilder()
        .setUpper(Spans.toProto(Duration.ofNanos(1_000 * upperMicros)))
        .setCount(count)
        .build();
  }

  private static TimeoutAdvice advice(long timeoutMillis, double perDay, long seen) {
    return TimeoutAdvice.newBuilder()
        .setTimeout(span(timeoutMillis))
        .setFalsePerDay(perDay)
        .setSeen(seen)
        .build();
  }

  private static com.google.protobuf.Duration span(long millis) {
    return Spans.toProto(Duration.ofMillis(millis));
  }
}
