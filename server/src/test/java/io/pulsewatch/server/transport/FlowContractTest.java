package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Settings;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.AdminServiceGrpc;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.GoodbyeReason;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.RemoveInstanceRequest;
import io.pulsewatch.v1.RemoveInstanceResponse;
import io.pulsewatch.v1.State;
import io.pulsewatch.v1.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Slow readers, limits, and the end of the server. */
final class FlowContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();

  private TestStream unread(ManualEngine engine) {
    TestStream stream = TestStream.openUnread(engine.channel(), 0);
    stream.send(register("orders/a"));
    engine.turn();
    stream.quiet();
    stream.read(1);
    assertThat(stream.registered().getIncarnation()).isPositive();
    engine.takeChanges();
    return stream;
  }

  @Test
  void acksThatNobodyReadsAreSkippedAndTheNewestIsSent() {
    ManualEngine engine = new ManualEngine(grpc);
    TestStream stream = unread(engine);
    for (int i = 1; i <= 100; i++) {
      engine.advanceMillis(1_000);
      stream.send(heartbeat(i).setSentMonotonicNanos(i));
    }
    stream.quiet();
    assertThat(engine.takeChanges()).isEmpty();

    stream.read(1);
    Ack newest = stream.ack();
    assertThat(newest.getSequence()).isEqualTo(100);
    assertThat(newest.getSentMonotonicNanos()).isEqualTo(100);
    assertThat(newest.hasExpiresIn()).isTrue();
    stream.read(10);
    stream.quiet();
    stream.send(heartbeat(101));
    assertThat(stream.ack().getSequence()).isEqualTo(101);
  }

  /** The loop's ack for a status comes after the event loop's ack for the next heartbeat. */
  @Test
  void aLateAckTakesNothingBack() {
    ManualEngine engine = new ManualEngine(grpc);
    TestStream stream = unread(engine);
    stream.send(heartbeat(1, Status.STATUS_DRAINING).setSentMonotonicNanos(1));
    stream.send(heartbeat(2).setSentMonotonicNanos(2));
    engine.turn();

    stream.read(1);
    Ack newest = stream.ack();
    assertThat(newest.getSequence()).isEqualTo(2);
    assertThat(newest.getSentMonotonicNanos()).isEqualTo(2);
    assertThat(newest.hasExpiresIn()).isTrue();
    assertThat(newest.getStatus()).isEqualTo(Status.STATUS_DRAINING);
  }

  /** An unasked ack renews nothing, but what was owed before it does. */
  @Test
  void anUnaskedAckTakesNothingBack() {
    ManualEngine engine = new ManualEngine(grpc);
    TestStream stream = unread(engine);
    stream.send(heartbeat(1).setSentMonotonicNanos(1));
    engine.advanceMillis(4_010);

    stream.read(1);
    Ack newest = stream.ack();
    assertThat(newest.getState()).isEqualTo(State.STATE_SUSPECT);
    assertThat(newest.getSequence()).isEqualTo(1);
    assertThat(newest.getSentMonotonicNanos()).isEqualTo(1);
    assertThat(newest.hasExpiresIn()).isTrue();
  }

  @Test
  void aClientThatReadsNothingStillLives() {
    ManualEngine engine = new ManualEngine(grpc);
    TestStream stream = TestStream.openUnread(engine.channel(), 0);
    stream.send(register("orders/a"));
    engine.turn();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.REGISTERED);
    for (int i = 1; i <= 10; i++) {
      engine.advanceMillis(3_900);
      stream.send(heartbeat(i).setNote("n".repeat(2_000)));
    }
    assertThat(engine.takeChanges()).isEmpty();
    stream.quiet();
    stream.leave("");
    engine.turn();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.LEAVE);
    stream.read(10);
    stream.registered();
    stream.completed();
  }

  @Test
  void requestsThatWaitAreLimited() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 2, 100);
    TestStream first = TestStream.open(engine.channel()).send(register("orders/a"));
    TestStream second = TestStream.open(engine.channel()).send(register("orders/b"));
    TestStream third = TestStream.open(engine.channel()).send(register("orders/c"));
    Reply<BeatResponse> beat = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(BeatRequest.newBuilder().setRegister(register("orders/d")).build(), beat);
    Reply<RemoveInstanceResponse> admin = new Reply<>();
    AdminServiceGrpc.newStub(engine.channel())
        .removeInstance(
            RemoveInstanceRequest.newBuilder().setService("orders").setInstanceId("a").build(),
            admin);

    Fault fault = third.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_COMMANDS").withRetry();
    assertThat(fault.retryDelay()).isEqualTo(seconds(1));
    beat.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_COMMANDS").withRetry();
    admin.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_COMMANDS").withRetry();
    // News of streams are never refused.
    first.halfClose();
    engine.turn();
    first.registered();
    first.completed();
    second.registered();
    assertThat(engine.streams()).isEqualTo(1);
    TestStream fourth = TestStream.open(engine.channel()).send(register("orders/c"));
    engine.turn();
    fourth.registered();
  }

  @Test
  void streamsAreLimited() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 100, 2);
    TestStream first = TestStream.open(engine.channel());
    TestStream.open(engine.channel());
    TestStream third = TestStream.open(engine.channel());
    third.quiet().send(register("orders/a"));
    third.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_STREAMS").naming("2 streams").withRetry();
    assertThat(engine.streams()).isEqualTo(2);
    first.cancel();
    TestStream fourth = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    fourth.registered();
  }

  /** They may say who they are before they go; not all at once. */
  @Test
  void silentStreamsBeyondTheLimitAreLimitedToo() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 100, 1);
    TestStream.open(engine.channel());
    for (int i = 0; i < ManualEngine.MAX_TURNED_AWAY; i++) {
      TestStream.open(engine.channel()).quiet();
    }
    TestStream.open(engine.channel()).fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_STREAMS");
    assertThat(engine.streams()).isEqualTo(1);
  }

  @Test
  void aSilentStreamBeyondTheLimitIsSentAwayInTime() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 100, 1);
    TestStream within = TestStream.open(engine.channel());
    TestStream silent = TestStream.open(engine.channel());
    engine.advanceMillis(5_000);
    TestStream later = TestStream.open(engine.channel());
    engine.advanceMillis(4_990);
    silent.quiet();
    assertThat(engine.turnedAway()).isEqualTo(2);
    engine.advanceMillis(110); // all are looked at each 100 ms
    silent.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_STREAMS").withRetry();
    later.quiet();
    assertThat(engine.turnedAway()).isEqualTo(1);
    engine.advanceMillis(5_000);
    later.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_STREAMS");
    assertThat(engine.turnedAway()).isZero();
    assertThat(engine.streams()).as("one within the limit may be silent").isEqualTo(1);
    within.quiet();
  }

  @Test
  void aResumeThatALimitOfStreamsPutsOffIsNoLoss() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 100, 1);
    TestStream lost = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    String token = lost.registered().getSessionToken();
    lost.cancel();
    TestStream other = TestStream.open(engine.channel());
    engine.advanceMillis(4_900);
    engine.takeChanges();
    TestStream.open(engine.channel())
        .send(register("orders/a").setSessionToken(token))
        .fault()
        .is(Code.RESOURCE_EXHAUSTED, "LIMIT_STREAMS")
        .withRetry();

    engine.advanceMillis(6_900); // of the second that we named and its timeout
    assertThat(engine.takeChanges()).isEmpty();
    other.cancel();
    TestStream next = TestStream.open(engine.channel());
    next.send(register("orders/a").setSessionToken(token));
    engine.turn();
    assertThat(next.registered().getResumed()).isTrue();
  }

  @Test
  void aResumeThatALimitOfCommandsPutsOffIsNoLoss() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 1, 100);
    TestStream lost =
        TestStream.open(engine.channel()).send(register("orders/a").setProcessId("p"));
    engine.turn();
    lost.registered();
    lost.cancel();
    engine.advanceMillis(4_900);
    engine.takeChanges();
    TestStream.open(engine.channel()).send(register("orders/b"));
    TestStream.open(engine.channel())
        .send(register("orders/a").setProcessId("p"))
        .fault()
        .is(Code.RESOURCE_EXHAUSTED, "LIMIT_COMMANDS")
        .withRetry();
    engine.turn();
    engine.takeChanges();
    engine.advanceMillis(3_900);
    assertThat(engine.takeChanges()).noneMatch(change -> change.key().instanceId().equals("a"));
    engine.advanceMillis(4_200); // it may come back after twice the second that we named
    assertThat(engine.takeChanges())
        .anyMatch(change -> change.key().instanceId().equals("a") && !change.after().serving());
  }

  /** The unary twin has no stream to lose, but a time of its own. */
  @Test
  void aBeatThatWasPutOffIsNoSilence() {
    ManualEngine engine = new ManualEngine(grpc, Settings.DEFAULT, 1, 100);
    Reply<BeatResponse> first = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(BeatRequest.newBuilder().setRegister(register("orders/a")).build(), first);
    engine.turn();
    String token = first.get().getRegistered().getSessionToken();
    engine.advanceMillis(5_900);
    engine.takeChanges();
    TestStream.open(engine.channel()).send(register("orders/b"));
    Reply<BeatResponse> beat = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(BeatRequest.newBuilder().setSessionToken(token).build(), beat);
    beat.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_COMMANDS").withRetry();
    engine.turn();
    engine.takeChanges();
    engine.advanceMillis(6_900);
    assertThat(engine.takeChanges()).noneMatch(change -> change.key().instanceId().equals("a"));
    // The unchanging cron line, which shows no token.
    TestStream.open(engine.channel()).send(register("orders/c"));
    Reply<BeatResponse> cron = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(BeatRequest.newBuilder().setRegister(register("orders/a")).build(), cron);
    cron.fault().is(Code.RESOURCE_EXHAUSTED, "LIMIT_COMMANDS").withRetry();
    engine.turn();
    engine.takeChanges();
    engine.advanceMillis(6_900);
    assertThat(engine.takeChanges()).noneMatch(change -> change.key().instanceId().equals("a"));
  }

  @Test
  void instancesAreLimited() {
    Settings standard = Settings.DEFAULT;
    Settings settings =
        new Settings(
            1,
            standard.maxOverrides(),
            standard.maxMailPerTurn(),
            standard.maxExpiriesPerTurn(),
            standard.maxRemovalsPerTurn(),
            standard.retentionMillis(),
            standard.minEndedKept(),
            standard.warmUpNanos());
    ManualEngine engine = new ManualEngine(grpc, settings, 10, 10);
    TestStream first = TestStream.open(engine.channel()).send(register("orders/a"));
    TestStream second = TestStream.open(engine.channel()).send(register("orders/b"));
    engine.turn();
    first.registered();
    second
        .fault()
        .is(Code.RESOURCE_EXHAUSTED, "LIMIT_INSTANCES")
        .naming("max_instances")
        .withRetry();
  }

  @Test
  void closeSaysGoodbyeAndJudgesNobody() {
    ManualEngine engine = new ManualEngine(grpc);
    TestStream fresh = TestStream.open(engine.channel());
    TestStream registering = TestStream.open(engine.channel()).send(register("orders/b"));
    TestStream open = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    open.registered();
    registering.registered();
    TestStream waiting = TestStream.open(engine.channel()).send(register("orders/c"));
    engine.takeChanges();
    Goodbye goodbye =
        Goodbye.newBuilder()
            .setReason(GoodbyeReason.GOODBYE_REASON_SHUTDOWN)
            .setReconnectAfter(millis(1_500))
            .setSpread(seconds(1))
            .build();
    engine.close(goodbye);

    for (TestStream stream : new TestStream[] {fresh, registering, open, waiting}) {
      HeartbeatResponse last = stream.next();
      assertThat(last.getGoodbye()).isEqualTo(goodbye);
      Fault fault = stream.fault().is(Code.UNAVAILABLE, "SHUTDOWN").withRetry();
      assertThat(fault.retryDelay()).isEqualTo(millis(1_500));
    }
    TestStream late = TestStream.open(engine.channel());
    late.fault().is(Code.UNAVAILABLE, "SHUTDOWN").withRetry();
    assertThat(engine.streams()).isZero();
    // c was on its way; its stream is gone, and that is no loss.
    engine.turn();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.REGISTERED);
  }
}
