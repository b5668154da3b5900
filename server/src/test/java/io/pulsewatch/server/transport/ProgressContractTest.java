package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.ProgressRule;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Counters that must move, by stream and by beat. */
final class ProgressContractTest {
  private static final Duration INTERVAL = Duration.ofSeconds(2);

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);
  private final TestStream stream = TestStream.open(engine.channel());

  private static Register.Builder promising() {
    return register("orders/a", 2_000, 60_000, 60_000)
        .addProgressRules(ProgressRule.newBuilder().setCounter("orders").setStallAfter(seconds(6)));
  }

  private TestStream registered() {
    stream.send(promising());
    engine.turn();
    stream.registered();
    engine.takeChanges();
    return stream;
  }

  /** One interval later. */
  private Status beat(long sequence, long orders) {
    engine.advance(INTERVAL);
    stream.send(heartbeat(sequence).putProgress("orders", orders));
    engine.turn();
    return stream.ack().getStatus();
  }

  @Test
  void aStuckWorkerIsDegradedUntilItMoves() {
    registered();
    for (int i = 1; i <= 4; i++) {
      assertThat(beat(i, 7)).isEqualTo(Status.STATUS_SERVING);
    }
    assertThat(beat(5, 7)).isEqualTo(Status.STATUS_DEGRADED);
    Change stalled = engine.takeChange();
    assertThat(stalled.cause()).isEqualTo(Cause.PROGRESS_STALLED);
    assertThat(stalled.after().serving()).isTrue();
    assertThat(beat(6, 7)).as("an ack without the loop").isEqualTo(Status.STATUS_DEGRADED);
    assertThat(beat(7, 8)).isEqualTo(Status.STATUS_SERVING);
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.PROGRESS_STALLED);
  }

  @Test
  void aNumberThatIsNotGreaterShowsMovementToo() {
    registered();
    beat(9, 7);
    for (int i = 1; i <= 9; i++) {
      assertThat(beat(9, 7 + i)).isEqualTo(Status.STATUS_SERVING);
    }
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void tooManyCountersAreDropped() {
    registered();
    for (int i = 1; i <= 5; i++) {
      engine.advance(INTERVAL);
      Heartbeat.Builder heartbeat = heartbeat(i).putProgress("orders", i);
      for (int c = 0; c < 16; c++) {
        heartbeat.putProgress("c" + c, i);
      }
      stream.send(heartbeat);
      engine.turn();
      assertThat(stream.rejected().getReason()).isEqualTo("TOO_MANY");
      stream.ack();
    }
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.PROGRESS_STALLED);
  }

  @Test
  void countersWithoutARuleAreIgnored() {
    stream.send(register("orders/a", 2_000, 60_000, 60_000));
    engine.turn();
    stream.registered();
    engine.takeChanges();
    for (int i = 1; i <= 9; i++) {
      assertThat(beat(i, 7)).isEqualTo(Status.STATUS_SERVING);
    }
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void beatsShowItToo() {
    for (int i = 0; i < 4; i++) {
      assertThat(unary(promising(), "", 7).getAck().getStatus()).isEqualTo(Status.STATUS_SERVING);
    }
    BeatResponse stuck = unary(promising(), "", 7);
    assertThat(stuck.getAck().getStatus()).isEqualTo(Status.STATUS_DEGRADED);
    String token = stuck.getRegistered().getSessionToken();
    assertThat(unary(null, token, 7).getAck().getStatus()).isEqualTo(Status.STATUS_DEGRADED);
    assertThat(unary(null, token, 8).getAck().getStatus()).isEqualTo(Status.STATUS_SERVING);
    assertThat(engine.takeChanges().stream().map(Change::cause))
        .containsExactly(Cause.REGISTERED, Cause.PROGRESS_STALLED, Cause.PROGRESS_STALLED);
  }

  private BeatResponse unary(Register.@Nullable Builder register, String token, long orders) {
    engine.advance(INTERVAL);
    BeatRequest.Builder request =
        BeatRequest.newBuilder()
            .setSessionToken(token)
            .setHeartbeat(heartbeat(0).putProgress("orders", orders));
    if (register != null) {
      request.setRegister(register);
    }
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel()).beat(request.build(), reply);
    engine.turn();
    return reply.get();
  }
}
