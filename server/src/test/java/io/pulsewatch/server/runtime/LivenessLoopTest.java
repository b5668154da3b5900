package io.pulsewatch.server.runtime;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Disk;
import io.pulsewatch.server.ledger.DurableLedger;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.DetectorMode;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.transport.GrpcExtension;
import io.pulsewatch.server.transport.Reply;
import io.pulsewatch.server.transport.TestStream;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The loop around the kernel: order, back-pressure, and clocks that jump. */
final class LivenessLoopTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  private Reply<BeatResponse> beat() {
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel())
        .beat(
            BeatRequest.newBuilder().setRegister(register("cron/a", 1_000, 3_000, 3_000)).build(),
            reply);
    return reply;
  }

  @Test
  void mailWakesIt() {
    beat();
    assertThat(engine.wakes()).isEqualTo(1);
    assertThat(engine.turn()).isPositive();
    assertThat(engine.turn()).isZero();
  }

  @Test
  void whileTheFanoutIsFullMailWaitsAndNobodyIsJudgedForIt() {
    Reply<BeatResponse> first = beat();
    engine.turn();
    first.get();
    engine.takeChanges();
    engine.advanceMillis(1_900);
    engine.setFanoutFull(true);
    Reply<BeatResponse> second = beat();
    engine.advanceMillis(2_000);

    assertThat(second.waits()).isTrue();
    // The beat that arrived in time lies in the mailbox.
    assertThat(engine.takeChanges()).isEmpty();
    engine.setFanoutFull(false);
    engine.turn();
    assertThat(second.get().getRegistered().getResumed()).isTrue();
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void whileTheFanoutIsFullDeadlinesOfStreamsRun() {
    TestStream stream =
        TestStream.open(engine.channel()).send(register("orders/a", 1_000, 3_000, 3_000));
    TestStream beating =
        TestStream.open(engine.channel()).send(register("orders/b", 1_000, 3_000, 3_000));
    engine.turn();
    stream.registered();
    beating.registered();
    engine.takeChanges();
    engine.setFanoutFull(true);
    for (int i = 1; i <= 4; i++) {
      engine.advanceMillis(1_000);
      beating.send(heartbeat(i));
      assertThat(beating.ack().getSequence()).isEqualTo(i);
    }
    assertThat(engine.takeChanges())
        .extracting(change -> change.after().state())
        .containsExactly(State.SUSPECT, State.DEAD);
  }

  /** The same, and somebody is at the door for over 100 ms: time stands still for all. */
  @Test
  void whileARegisterWaitsDeadlinesWaitWithIt() {
    TestStream stream =
        TestStream.open(engine.channel()).send(register("orders/a", 1_000, 3_000, 3_000));
    engine.turn();
    stream.registered();
    engine.takeChanges();
    engine.setFanoutFull(true);
    TestStream queued =
        TestStream.open(engine.channel()).send(register("orders/b", 1_000, 3_000, 3_000));
    engine.advanceMillis(100);
    assertThat(engine.mode()).isNotEqualTo(DetectorMode.ADMITTING);
    engine.advanceMillis(10);
    assertThat(engine.mode()).isEqualTo(DetectorMode.ADMITTING);
    engine.advanceMillis(20_000);
    assertThat(engine.takeChanges()).isEmpty();
    engine.setFanoutFull(false);
    engine.turn();
    queued.registered();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.REGISTERED);
    engine.advanceMillis(1_880);
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(30);
    assertThat(engine.takeChanges())
        .extracting(change -> change.after().key().instanceId())
        .containsExactly("a");
  }

  @Test
  void aSuspendedMachineGivesEveryoneItsTimeoutAnew() {
    TestStream stream =
        TestStream.open(engine.channel()).send(register("orders/a", 1_000, 3_000, 3_000));
    engine.turn();
    stream.registered();
    engine.advanceMillis(1_900);
    engine.takeChanges();
    engine.jumpWall(Duration.ofSeconds(1));
    engine.advanceMillis(1_990);
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(30);
    Change suspect = engine.takeChange();
    assertThat(suspect.cause()).isEqualTo(Cause.SILENCE);
  }

  @Test
  void aSmallStepOfTheWallClockIsNoSuspension() {
    TestStream stream =
        TestStream.open(engine.channel()).send(register("orders/a", 1_000, 3_000, 3_000));
    engine.turn();
    stream.registered();
    engine.advanceMillis(1_900);
    engine.takeChanges();
    engine.jumpWall(Duration.ofMillis(999));
    engine.advanceMillis(110);
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.SILENCE);
    engine.jumpWall(Duration.ofHours(-1));
    engine.advanceMillis(1_000);
    assertThat(engine.takeChange().after().state()).isEqualTo(State.DEAD);
  }

  @Test
  void theModeTellsWarmUpAndPauses() {
    engine.turn();
    assertThat(engine.mode()).isEqualTo(DetectorMode.WARM_UP);
    assertThat(engine.isWarmingUp()).isTrue();
    engine.advanceMillis(15_010);
    assertThat(engine.mode()).isEqualTo(DetectorMode.NORMAL);
    assertThat(engine.isWarmingUp()).isFalse();
    engine.stall(Duration.ofSeconds(2)).turn();
    assertThat(engine.mode()).isEqualTo(DetectorMode.PAUSED);
    engine.advanceMillis(2_100);
    assertThat(engine.mode()).isEqualTo(DetectorMode.NORMAL);
  }

  /** That the disk is slow says nothing about who is known. */
  @Test
  void warmUpIsToldWhileTheDiskIsSlow() {
    AtomicBoolean slow = new AtomicBoolean(true);
    Disk disk =
        new Disk() {
          @Override
          public void write(Batch batch) {}

          @Override
          public boolean isDone() {
            return !slow.get();
          }

          @Override
          public void close(Batch last) {}
        };
    ManualEngine durable =
        new ManualEngine(
            grpc, new DurableLedger(DurableLedger.Origin.after("lineage", 1, 1), disk));
    TestStream.open(durable.channel()).send(register("orders/a", 1_000, 3_000, 3_000));
    durable.advanceMillis(1_000);
    assertThat(durable.mode()).isEqualTo(DetectorMode.PROVISIONAL);
    assertThat(durable.isWarmingUp()).isTrue();
    durable.advanceMillis(14_010);
    assertThat(durable.mode()).isEqualTo(DetectorMode.PROVISIONAL);
    assertThat(durable.isWarmingUp()).isFalse();
    slow.set(false);
    durable.advanceMillis(100);
    assertThat(durable.mode()).isEqualTo(DetectorMode.NORMAL);
  }
}
