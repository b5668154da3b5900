package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Disk;
import io.pulsewatch.server.ledger.DurableLedger;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.Stretch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Longer times under load, on the wire: 2 s, 6 s and 5 s are granted. */
final class StretchContractTest {
  private static final long WARM_UP_MILLIS = 15_000;
  private static final Stretch BY_A_QUARTER =
      Stretch.newBuilder()
          .setInterval(millis(2_500))
          .setTimeout(millis(7_500))
          .setResumeWindow(millis(6_250))
          .build();

  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc).advanceMillis(WARM_UP_MILLIS);

  private static TestStream open(ManualEngine engine) {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    return stream;
  }

  /** Three seconds of too much make one step. */
  private static void press(ManualEngine engine) {
    engine.load(1, 100_000).advanceMillis(3_000).load(0.7, 100_000);
  }

  private static Duration fence(long percent) {
    Times granted = Times.grant(Times.UNSET, Times.UNSET, Times.UNSET);
    return Nanos.duration(granted.stretched((int) percent).fenceNanos());
  }

  /** What a stream has promised is due while it is open: as it was told, and not as granted. */
  @Test
  void whatIsDueIsWhatOpenStreamsWereTold() {
    TestStream stream = open(engine);
    TestStream other = TestStream.open(engine.channel()).send(register("orders/b"));
    assertThat(engine.dueInSecond()).as("it is not granted yet").isEqualTo(0.5);
    engine.turn();
    assertThat(engine.dueInSecond()).isEqualTo(1);
    press(engine);
    assertThat(engine.dueInSecond()).as("nobody was told").isEqualTo(1);
    stream.send(heartbeat(1));
    stream.send(heartbeat(2));
    assertThat(engine.dueInSecond()).isEqualTo(0.9);
    assertThat(engine.grantedInSecond()).isEqualTo(1);
    other.cancel();
    assertThat(engine.dueInSecond()).isEqualTo(0.4);
    assertThat(engine.grantedInSecond()).isEqualTo(0.5);
    stream.halfClose();
    assertThat(engine.dueInSecond()).isZero();
    assertThat(engine.grantedInSecond()).isZero();
    engine.turn();
    assertThat(engine.dueInSecond()).isZero();
  }

  /** Ten thousand each second are due and more come; four times as many are one sender's. */
  @Test
  void whoBeatsInATightLoopStretchesNobody() {
    engine.load(1, 50_000, 10_000).advanceMillis(60_000);
    assertThat(engine.stretchPercent()).isEqualTo(100);
    engine.load(1, 50_000, 50_000).advanceMillis(3_000);
    assertThat(engine.stretchPercent()).isEqualTo(125);
  }

  @Test
  void theNextAckSaysSoAndThenNoMore() {
    TestStream stream = open(engine);
    assertThat(stream.registered().getInterval()).isEqualTo(seconds(2));
    press(engine);
    assertThat(engine.stretchPercent()).isEqualTo(125);
    Ack first = stream.send(heartbeat(1)).ack();
    assertThat(first.getStretch()).isEqualTo(BY_A_QUARTER);
    assertThat(first.getExpiresIn()).isEqualTo(fence(125));
    Ack second = stream.send(heartbeat(2)).ack();
    assertThat(second.hasStretch()).isFalse();
    assertThat(second.getExpiresIn()).isEqualTo(fence(125));
  }

  /** Its detector knows before it does: SUSPECT after 2 x interval. */
  @Test
  void whoIsToldIsExpectedLater() {
    TestStream stream = open(engine);
    press(engine);
    engine.takeChanges();
    stream.send(heartbeat(1));
    engine.advanceMillis(4_990);
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(20);
    assertThat(engine.takeChange().after().state()).isEqualTo(State.SUSPECT);
    engine.advanceMillis(2_480);
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(30);
    assertThat(engine.takeChange().after().state()).isEqualTo(State.DEAD);
  }

  @Test
  void anAckOfNewsSaysSo() {
    TestStream stream = open(engine);
    stream.registered();
    press(engine);
    stream.send(heartbeat(1, Status.STATUS_DRAINING));
    engine.turn();
    Ack ack = stream.ack();
    assertThat(ack.getStatus()).isEqualTo(Status.STATUS_DRAINING);
    assertThat(ack.getStretch()).isEqualTo(BY_A_QUARTER);
    assertThat(ack.getExpiresIn()).isEqualTo(fence(125));
    assertThat(stream.send(heartbeat(2)).ack().hasStretch()).isFalse();
  }

  @Test
  void whoRegistersIsGrantedLongerTimes() {
    press(engine);
    TestStream stream = open(engine);
    Registered registered = stream.registered();
    assertThat(registered.getInterval()).isEqualTo(BY_A_QUARTER.getInterval());
    assertThat(registered.getTimeout()).isEqualTo(BY_A_QUARTER.getTimeout());
    assertThat(registered.getResumeWindow()).isEqualTo(BY_A_QUARTER.getResumeWindow());
    assertThat(registered.getDetectionBound()).isEqualTo(millis(7_510));
    assertThat(registered.getExpiresIn()).isEqualTo(fence(125));
    assertThat(stream.send(heartbeat(1)).ack().hasStretch()).as("it knows").isFalse();
  }

  @Test
  void whoResumesInCalmIsGrantedItsWish() {
    press(engine);
    TestStream stream = open(engine);
    String token = stream.registered().getSessionToken();
    engine.load(0, 0);
    for (int i = 1; i <= 20; i++) {
      stream.send(heartbeat(i)).ack();
      engine.advanceMillis(3_000);
    }
    assertThat(engine.stretchPercent()).isEqualTo(100);
    assertThat(stream.send(heartbeat(21)).ack().getExpiresIn())
        .as("nothing goes back on a stream")
        .isEqualTo(fence(125));
    TestStream next =
        TestStream.open(engine.channel()).send(register("orders/a").setSessionToken(token));
    engine.turn();
    assertThat(next.registered().getInterval()).isEqualTo(seconds(2));
    assertThat(next.send(heartbeat(22)).ack().getExpiresIn()).isEqualTo(fence(100));
  }

  @Test
  void eachAnswerToABeatSaysSo() {
    Reply<BeatResponse> early = beat(Requests.beat().setRegister(register("orders/a")));
    String token = early.get().getRegistered().getSessionToken();
    assertThat(early.get().getAck().hasStretch()).isFalse();
    press(engine);
    for (int i = 0; i < 2; i++) {
      Ack ack = beat(Requests.beat().setSessionToken(token)).get().getAck();
      assertThat(ack.getStretch()).isEqualTo(BY_A_QUARTER);
      assertThat(ack.getExpiresIn()).isEqualTo(fence(125));
    }
    BeatResponse again = beat(Requests.beat().setRegister(register("orders/a"))).get();
    assertThat(again.getRegistered().getInterval()).isEqualTo(BY_A_QUARTER.getInterval());
  }

  private Reply<BeatResponse> beat(io.pulsewatch.v1.BeatRequest.Builder request) {
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel()).beat(request.build(), reply);
    engine.turn();
    return reply;
  }

  /** A restart before the disk has it would judge by the shorter times. */
  @Test
  void nobodyIsToldBeforeItIsOnDisk() {
    SlowDisk disk = new SlowDisk();
    DurableLedger.Origin origin = DurableLedger.Origin.after("lineage", 1, 1);
    ManualEngine durable =
        new ManualEngine(grpc, new DurableLedger(origin, disk)).advanceMillis(WARM_UP_MILLIS);
    TestStream stream = open(durable);
    durable.turn();
    stream.registered();
    durable.load(1, 100_000).advanceMillis(2_900);
    disk.isSlow = true;
    durable.advanceMillis(100).load(0, 100_000);
    assertThat(stream.send(heartbeat(1)).ack().hasStretch()).isFalse();
    durable.advanceMillis(500);
    assertThat(stream.send(heartbeat(2)).ack().hasStretch()).isFalse();
    disk.isSlow = false;
    durable.turn();
    assertThat(stream.send(heartbeat(3)).ack().getStretch()).isEqualTo(BY_A_QUARTER);
  }

  private static final class SlowDisk implements Disk {
    private boolean isSlow;

    @Override
    public void write(Batch batch) {}

    @Override
    public boolean isDone() {
      return !isSlow;
    }

    @Override
    public void close(Batch last) {}
  }

  /** An ack that waits for a slow reader gives way to a newer one, and what it said does not. */
  @Test
  void itIsNotLostWhereOneAckStandsForTwo() {
    Ack told = Ack.newBuilder().setSequence(1).setStretch(BY_A_QUARTER).build();
    Ack later = Ack.newBuilder().setSequence(2).setExpiresIn(seconds(5)).build();
    assertThat(Grants.fold(told, later))
        .isEqualTo(later.toBuilder().setStretch(BY_A_QUARTER).build());
    Ack unasked = Ack.newBuilder().setSequence(2).setStretch(BY_A_QUARTER).build();
    assertThat(Grants.fold(later, unasked))
        .isEqualTo(later.toBuilder().setStretch(BY_A_QUARTER).build());
  }
}
