package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.LeaveMode;
import io.pulsewatch.v1.LeaveRequest;
import io.pulsewatch.v1.LeaveResponse;
import io.pulsewatch.v1.Unacknowledged;
import java.util.Collections;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Unary goodbyes, and those who wait until they are understood. */
final class LeaveContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);
  private TestStream stream = TestStream.open(engine.channel());
  private String token = "";
  private long head;

  @BeforeEach
  void aLiveInstance() {
    stream.send(register("orders/a"));
    engine.turn();
    token = stream.registered().getSessionToken();
    head = engine.takeChange().revision();
  }

  private LeaveRequest.Builder drain(String... names) {
    return LeaveRequest.newBuilder()
        .setSessionToken(token)
        .setMode(LeaveMode.LEAVE_MODE_DRAINING)
        .addAllWaitFor(java.util.List.of(names));
  }

  private Reply<LeaveResponse> leave(LeaveRequest.Builder request) {
    Reply<LeaveResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel()).leave(request.build(), reply);
    engine.turn();
    return reply;
  }

  @Test
  void itDrainsAndIsToldSoOnItsStream() {
    LeaveResponse response = leave(drain()).get();
    Change change = engine.takeChange();
    assertThat(change.after().status()).isEqualTo(Status.DRAINING);
    assertThat(change.after().state()).isEqualTo(State.ALIVE);
    assertThat(response.getRevision()).isEqualTo(change.revision());
    assertThat(response.getUnacknowledgedList()).isEmpty();
    assertThat(stream.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DRAINING);
    stream.send(Requests.heartbeat(1));
    assertThat(stream.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DRAINING);
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void itLeavesAndItsStreamCompletes() {
    LeaveResponse response =
        leave(LeaveRequest.newBuilder().setSessionToken(token).setReason("deploy")).get();
    Change left = engine.takeChange();
    assertThat(left.after().state()).isEqualTo(State.LEFT);
    assertThat(left.evidence().leaveReason()).isEqualTo("deploy");
    assertThat(response.getRevision()).isEqualTo(left.revision());
    stream.completed();
  }

  @Test
  void itWaitsUntilAllHaveSaidThatTheyKnow() {
    engine.acknowledgements().open("lb-1");
    engine.acknowledgements().open("lb-2");
    Reply<LeaveResponse> reply = leave(drain("lb-1", "lb-2"));
    long revision = engine.takeChange().revision();
    assertThat(reply.waits()).isTrue();
    engine.acknowledgements().acknowledge("lb-1", revision);
    engine.acknowledgements().acknowledge("lb-2", revision - 1);
    assertThat(reply.waits()).isTrue();
    engine.acknowledgements().acknowledge("lb-2", revision + 7);
    assertThat(reply.get().getUnacknowledgedList()).isEmpty();
    assertThat(reply.get().getRevision()).isEqualTo(revision);
    // Said before, and known: once more is answered at once.
    assertThat(leave(drain("lb-1")).get().getRevision()).isEqualTo(revision);
  }

  @Test
  void whenItsTimeIsOverItSaysWhoDoesNotKnow() {
    engine.acknowledgements().open("lb-1");
    Reply<LeaveResponse> reply = leave(drain("lb-1", "typo").setWithin(millis(500)));
    engine.advanceMillis(490);
    assertThat(reply.waits()).isTrue();
    engine.advanceMillis(20);
    assertThat(reply.get().getUnacknowledgedList())
        .containsExactlyInAnyOrder(
            Unacknowledged.newBuilder().setName("lb-1").setWatching(true).build(),
            Unacknowledged.newBuilder().setName("typo").build());
  }

  @Test
  void whoCancelsIsForgotten() {
    Context.CancellableContext caller = Context.current().withCancellation();
    caller.run(() -> leave(drain("lb")));
    caller.run(() -> leave(drain("lb")));
    leave(drain("lb")).fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_WAITING_LEAVES").withRetry();
    caller.cancel(new CancellationException("the test says so"));
    Reply<LeaveResponse> next = leave(drain("lb"));
    assertThat(next.waits()).as("there is room again").isTrue();
    engine.advanceMillis(10_100);
    assertThat(next.get().getUnacknowledgedCount()).isEqualTo(1);
  }

  /** The limit is for those who wait. */
  @Test
  void whoWaitsForNobodyIsAlwaysTaken() {
    leave(drain("lb").setWithin(millis(500)));
    leave(drain("lb").setWithin(millis(500)));
    leave(drain()).get();
    leave(drain("lb")).fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_WAITING_LEAVES");
    engine.advanceMillis(520);
    assertThat(leave(drain("lb")).waits()).isTrue();
  }

  static Stream<LeaveRequest.Builder> bad() {
    LeaveRequest.Builder good = LeaveRequest.newBuilder();
    return Stream.of(
        good.clone().addWaitFor("a b"),
        good.clone().addWaitFor(""),
        good.clone().setWithin(nanos(300, 1)),
        good.clone().setWithin(nanos(0, -1)),
        good.clone().setModeValue(9),
        good.clone().setReason("r".repeat(1_025)),
        good.clone().addAllWaitFor(Collections.nCopies(LeaveCall.MAX_NAMES + 1, "a")));
  }

  @ParameterizedTest
  @MethodSource("bad")
  void whatIsMalformedSaysNothing(LeaveRequest.Builder request) {
    Fault fault = leave(request.setSessionToken(token)).fault();
    assertThat(fault.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void aTokenIsNeeded() {
    leave(LeaveRequest.newBuilder()).fault().is(Code.INVALID_ARGUMENT, "BAD_TOKEN");
    leave(LeaveRequest.newBuilder().setSessionToken(token)).get();
    stream = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    leave(LeaveRequest.newBuilder().setSessionToken(token).setWithin(seconds(1)))
        .fault()
        .is(Code.NOT_FOUND, "SESSION_OVER");
  }

  /** The Java client's way: its next heartbeat says so, and the call comes behind it. */
  @Test
  void anAcknowledgementFromBeforeIsNoneOfThis() {
    engine.acknowledgements().open("lb");
    engine.acknowledgements().acknowledge("lb", head);
    stream.send(Requests.heartbeat(1).setStatus(io.pulsewatch.v1.Status.STATUS_DRAINING));
    Reply<LeaveResponse> reply = leave(drain("lb"));
    long revision = engine.takeChange().revision();
    assertThat(reply.waits()).isTrue();
    engine.acknowledgements().acknowledge("lb", revision);
    assertThat(reply.get().getRevision()).isEqualTo(revision);
  }

  @Test
  void aServerThatStopsDoesNotSayWhoIsMissing() {
    Reply<LeaveResponse> reply = leave(drain("lb"));
    assertThat(reply.waits()).isTrue();
    engine.acknowledgements().end();
    reply.fault().is(Code.UNAVAILABLE, "SHUTDOWN").withRetry();
  }
}
