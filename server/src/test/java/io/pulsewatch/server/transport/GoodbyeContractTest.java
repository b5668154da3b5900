package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.Goodbye;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a stream ends: leave, half-close, loss, silence. */
final class GoodbyeContractTest {
  private static final io.pulsewatch.v1.State SUSPECT = io.pulsewatch.v1.State.STATE_SUSPECT;
  private static final com.google.protobuf.Duration FENCE = nanos(4, 740_259_990);

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);
  private final TestStream stream = TestStream.open(engine.channel());

  private TestStream registered() {
    stream.send(register("orders/a"));
    engine.turn();
    assertThat(stream.registered().getExpiresIn()).isEqualTo(FENCE);
    engine.takeChanges();
    return stream;
  }

  @Test
  void silenceEndsIt() {
    registered();
    engine.advanceMillis(5_990);
    assertThat(stream.ack().getState()).isEqualTo(SUSPECT);
    stream.quiet();
    assertThat(engine.takeChange().after().state()).isEqualTo(State.SUSPECT);
    engine.advanceMillis(20);

    stream.fault().is(Code.NOT_FOUND, "SESSION_OVER").naming("orders/a", "Register afresh");
    Change dead = engine.takeChange();
    assertThat(dead.cause()).isEqualTo(Cause.SILENCE);
    assertThat(dead.after().state()).isEqualTo(State.DEAD);
    assertThat(dead.evidence().silenceNanos())
        .isBetween(Duration.ofSeconds(6).toNanos(), Duration.ofMillis(6_020).toNanos());
    assertThat(engine.streams()).isZero();
  }

  @Test
  void leaveIsAGoodbyeAndCompletesTheStream() {
    registered().leave("deploy");
    stream.quiet();
    engine.turn();

    stream.completed();
    Change left = engine.takeChange();
    assertThat(left.cause()).isEqualTo(Cause.LEAVE);
    assertThat(left.evidence().leaveReason()).isEqualTo("deploy");
    assertThat(left.after().state()).isEqualTo(State.LEFT);
    assertThat(engine.streams()).isZero();
  }

  @Test
  void leaveThenHalfCloseIsOneGoodbye() {
    registered().leave("");
    stream.halfClose();
    engine.turn();
    stream.completed();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.LEAVE);
  }

  @Test
  void leaveCountsWhateverItsReasonAndWhateverFollows() {
    registered().leave("r".repeat(2_000)).send(heartbeat(1));
    stream.cancel();
    engine.turn();
    Change left = engine.takeChange();
    assertThat(left.cause()).isEqualTo(Cause.LEAVE);
    assertThat(left.evidence().leaveReason()).as("longer than it may be").isEmpty();
    assertThat(engine.streams()).isZero();
  }

  @Test
  void aStatusSaidRightBeforeTheGoodbyeIsTold() {
    registered().send(heartbeat(1, io.pulsewatch.v1.Status.STATUS_DRAINING)).leave("");
    engine.turn();
    assertThat(engine.takeChanges())
        .extracting(Change::cause)
        .containsExactly(Cause.REPORTED, Cause.LEAVE);
    assertThat(stream.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DRAINING);
    stream.completed();
  }

  /** Who waited longer might give itself up for our restart. */
  @Test
  void nobodyIsAskedToStayAwayForMoreThanHalfOfItsFence() {
    registered();
    engine.close(Goodbye.newBuilder().setSpread(nanos(30, 0)).build());
    assertThat(stream.next().getGoodbye().getSpread()).isEqualTo(nanos(2, 370_129_995));
  }

  @Test
  void halfCloseIsAGoodbye() {
    registered().halfClose();
    engine.turn();

    stream.completed();
    Change left = engine.takeChange();
    assertThat(left.cause()).isEqualTo(Cause.STREAM_CLOSED);
    assertThat(left.after().state()).isEqualTo(State.LEFT);
  }

  @Test
  void cancelIsALossAndStartsTheResumeWindow() {
    registered();
    engine.advanceMillis(500);
    stream.cancel();
    engine.turn();

    Change suspect = engine.takeChange();
    assertThat(suspect.after().state()).isEqualTo(State.SUSPECT);
    assertThat(suspect.cause()).isEqualTo(Cause.STREAM_LOST);
    assertThat(suspect.evidence().transportError()).isNotEmpty();
    assertThat(suspect.evidence().silenceNanos()).isEqualTo(Duration.ofMillis(500).toNanos());
    assertThat(engine.streams()).isZero();
    engine.advanceMillis(4_990);
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(40); // and two rounds of the door
    Change dead = engine.takeChange();
    assertThat(dead.after().state()).isEqualTo(State.DEAD);
    assertThat(dead.cause()).isEqualTo(Cause.STREAM_LOST);
  }
}
