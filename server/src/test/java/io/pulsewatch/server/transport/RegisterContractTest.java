package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.Details;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.Reauth;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Rejected;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The first message of a stream: when it is answered, and what may come instead of it or behind it.
 */
final class RegisterContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  @Test
  void isAnsweredOnceItIsCommitted() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    stream.quiet();

    engine.turn();

    Registered registered = stream.registered();
    long expected = ManualEngine.START_MILLIS * 1_000 + 1;
    assertThat(registered.getIncarnation()).isEqualTo(expected);
    assertThat(registered.getSessionToken()).isNotEmpty();
    assertThat(registered.getResumed()).isFalse();
    assertThat(registered.getLastSequence()).isZero();
    assertThat(registered.getServerId()).isEqualTo(ManualEngine.SERVER_ID);
    assertThat(registered.getInterval()).isEqualTo(seconds(2));
    assertThat(registered.getTimeout()).isEqualTo(seconds(6));
    assertThat(registered.getResumeWindow()).isEqualTo(seconds(5));
    assertThat(registered.getDetectionBound()).isEqualTo(nanos(6, 10_000_000));
    // The number that PROTOCOL.md works out by hand.
    assertThat(registered.getExpiresIn()).isEqualTo(nanos(4, 740_259_990));
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.REGISTERED);
    assertThat(change.after().state()).isEqualTo(State.ALIVE);
    assertThat(change.after().status()).isEqualTo(Status.SERVING);
    assertThat(change.previous()).isNull();
    stream.quiet();
  }

  /** The queue at the door: from the register to its answer, or to the end of its stream. */
  @Test
  void isCountedUntilItIsAnswered() {
    TestStream granted = TestStream.open(engine.channel()).send(register("orders/a"));
    TestStream gone = TestStream.open(engine.channel()).send(register("orders/b"));
    TestStream refused =
        TestStream.open(engine.channel()).send(register("orders/c").setSessionToken("no"));
    TestStream malformed = TestStream.open(engine.channel()).send(register("or*ders/c"));
    assertThat(engine.registering()).isEqualTo(3);
    malformed.fault();
    gone.cancel();
    assertThat(engine.registering()).isEqualTo(2);

    engine.turn();

    granted.registered();
    refused.fault();
    assertThat(engine.registering()).isZero();
    granted.cancel();
    assertThat(engine.registering()).isZero();
  }

  @Test
  void declaresWhatItSays() {
    TestStream.open(engine.channel())
        .send(
            register("orders/a")
                .setProcessId("p")
                .addEndpoints(Endpoint.newBuilder().setName("grpc").setHost("h").setPort(65_535))
                .putLabels("env", "prod")
                .setZone("eu-1a")
                .setWeight(10_000)
                .setVersion("1.4.2")
                .setStatus(io.pulsewatch.v1.Status.STATUS_STARTING));
    engine.turn();

    Change change = engine.takeChange();
    assertThat(change.after().status()).isEqualTo(Status.STARTING);
    assertThat(change.after().details())
        .isEqualTo(
            new Details(
                java.util.List.of(new Details.Endpoint("grpc", "h", 65_535)),
                Map.of("env", "prod"),
                "eu-1a",
                10_000,
                "1.4.2"));
  }

  static Stream<HeartbeatRequest> otherFirstMessages() {
    return Stream.of(
        HeartbeatRequest.newBuilder().setHeartbeat(heartbeat(1)).build(),
        HeartbeatRequest.newBuilder()
            .setLeave(io.pulsewatch.v1.Leave.newBuilder().setReason("r"))
            .build(),
        HeartbeatRequest.newBuilder().setReauth(Reauth.getDefaultInstance()).build(),
        HeartbeatRequest.newBuilder().setProbeResult(ProbeResult.getDefaultInstance()).build(),
        HeartbeatRequest.getDefaultInstance());
  }

  @ParameterizedTest
  @MethodSource("otherFirstMessages")
  void isTheFirstMessage(HeartbeatRequest other) {
    TestStream stream = TestStream.open(engine.channel()).send(other);

    stream.fault().is(Code.INVALID_ARGUMENT, "FIRST_NOT_REGISTER").naming("register");
    assertThat(engine.streams()).isZero();
    engine.turn();
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void cannotBeLeftOut() {
    TestStream stream = TestStream.open(engine.channel());
    stream.halfClose();

    stream.fault().is(Code.INVALID_ARGUMENT, "FIRST_NOT_REGISTER");
    assertThat(engine.streams()).isZero();
  }

  @Test
  void cancelBeforeItIsNoNews() {
    TestStream stream = TestStream.open(engine.channel());
    assertThat(engine.streams()).isEqualTo(1);
    stream.cancel();

    assertThat(engine.streams()).isZero();
    assertThat(engine.mailboxIsEmpty()).isTrue();
  }

  @Test
  void comesOnceAStream() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    long incarnation = stream.registered().getIncarnation();
    engine.takeChanges();

    stream.send(register("orders/b"));
    Rejected rejected = stream.rejected();
    assertThat(rejected.getReason()).isEqualTo("SECOND_REGISTER");
    assertThat(rejected.getField()).isEqualTo("register");
    assertThat(rejected.getSequence()).isZero();
    assertThat(rejected.getDescription()).contains("another stream");
    stream.send(heartbeat(1));
    assertThat(stream.ack().getSequence()).isEqualTo(1);
    stream.quiet();
    engine.turn();
    assertThat(engine.takeChanges()).isEmpty();
    assertThat(incarnation).isPositive();
  }

  @Test
  void whatIsSentBehindItIsReadAfterIt() {
    TestStream stream =
        TestStream.open(engine.channel())
            .send(register("orders/a"))
            .send(heartbeat(1).setSentMonotonicNanos(7));
    stream.quiet();
    engine.turn();

    assertThat(stream.registered().getLastSequence()).isZero();
    assertThat(stream.ack().getSentMonotonicNanos()).isEqualTo(7);
  }

  @Test
  void halfCloseBehindItIsAGoodbye() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    stream.halfClose();
    engine.turn();

    assertThat(stream.registered().getIncarnation()).isPositive();
    stream.completed();
    assertThat(engine.takeChanges())
        .extracting(Change::cause)
        .containsExactly(Cause.REGISTERED, Cause.STREAM_CLOSED);
  }

  @Test
  void cancelBehindItLosesTheStream() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    stream.cancel();
    engine.turn();
    engine.advanceMillis(50); // the loss counts when the registration is committed

    assertThat(engine.takeChanges())
        .extracting(Change::cause)
        .containsExactly(Cause.REGISTERED, Cause.STREAM_LOST);
    assertThat(engine.streams()).isZero();
  }

  @Test
  void withoutResumeWindowThereIsNoFence() {
    TestStream stream =
        TestStream.open(engine.channel()).send(register("orders/a", 1_000, 3_000, 0));
    engine.turn();
    assertThat(stream.registered().hasExpiresIn()).isFalse();

    stream.send(heartbeat(1));
    assertThat(stream.ack().hasExpiresIn()).isFalse();
    engine.takeChanges();

    stream.cancel();
    engine.turn();
    Change dead = engine.takeChange();
    assertThat(dead.after().state()).isEqualTo(State.DEAD);
    assertThat(dead.cause()).isEqualTo(Cause.STREAM_LOST);
  }
}
