package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.ledger.Batch;
import io.pulsewatch.server.ledger.Disk;
import io.pulsewatch.server.ledger.DurableLedger;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.BeatRequest;
import io.pulsewatch.v1.BeatResponse;
import io.pulsewatch.v1.HeartbeatServiceGrpc;
import io.pulsewatch.v1.Leave;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import io.pulsewatch.v1.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The unary twin of the stream. */
final class BeatContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  private Reply<BeatResponse> send(BeatRequest.Builder request) {
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(engine.channel()).beat(request.build(), reply);
    return reply;
  }

  private Reply<BeatResponse> beat(BeatRequest.Builder request) {
    Reply<BeatResponse> reply = send(request);
    engine.turn();
    return reply;
  }

  private static BeatRequest.Builder cron() {
    return registering(register("backup/nightly", 60_000, 300_000, 300_000));
  }

  private static BeatRequest.Builder registering(Register.Builder register) {
    return BeatRequest.newBuilder().setRegister(register);
  }

  private static BeatRequest.Builder with(String token) {
    return BeatRequest.newBuilder().setSessionToken(token);
  }

  @Test
  void oneUnchangingCronLineRegistersAndRenews() {
    Reply<BeatResponse> first = send(cron());
    assertThat(first.waits()).isTrue();
    engine.turn();
    Registered registered = first.get().getRegistered();
    assertThat(registered.getResumed()).isFalse();
    assertThat(registered.getTimeout()).isEqualTo(seconds(300));
    assertThat(registered.hasExpiresIn()).isTrue();
    assertThat(first.get().getAck().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_ALIVE);
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.REGISTERED);

    for (int i = 0; i < 5; i++) {
      engine.advanceMillis(60_000);
      BeatResponse again = beat(cron()).get();
      assertThat(again.getRegistered().getResumed()).isTrue();
      assertThat(again.getRegistered().getIncarnation()).isEqualTo(registered.getIncarnation());
      assertThat(again.hasAck()).isTrue();
    }
    assertThat(engine.takeChanges()).isEmpty();
  }

  /** The disk has a part in the first only; that each renewal is answered at once shows it, too. */
  @Test
  void aRenewalWithoutNewsCostsNoCommit() {
    CountingDisk disk = new CountingDisk();
    DurableLedger.Origin origin = DurableLedger.Origin.after("lineage", 1, 1);
    ManualEngine durable = new ManualEngine(grpc, new DurableLedger(origin, disk));
    for (int i = 0; i < 20; i++) {
      Reply<BeatResponse> reply = new Reply<>();
      HeartbeatServiceGrpc.newStub(durable.channel())
          .beat(cron().setHeartbeat(heartbeat(0)).build(), reply);
      durable.turn();
      if (i == 0) {
        durable.turn();
      }
      assertThat(reply.get().getRegistered().getResumed()).isEqualTo(i > 0);
      durable.advanceMillis(60_000);
    }
    assertThat(disk.commits).isEqualTo(1);
  }

  /** Counts commits that keep something; the others say that we are there. */
  private static final class CountingDisk implements Disk {
    private int commits;

    @Override
    public void write(Batch batch) {
      commits += batch.lines().isEmpty() ? 0 : 1;
    }

    @Override
    public boolean isDone() {
      return true;
    }

    @Override
    public void close(Batch last) {}
  }

  @Test
  void aSuspectCronLineResumesAndADeadOneRegisters() {
    long first = beat(cron()).get().getRegistered().getIncarnation();
    engine.takeChanges();
    engine.advanceMillis(121_000);
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.SILENCE);
    beat(cron());
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.RESUMED);

    engine.advanceMillis(301_000);
    assertThat(engine.takeChanges())
        .extracting(change -> change.after().state())
        .containsExactly(State.SUSPECT, State.DEAD);
    Registered second = beat(cron()).get().getRegistered();
    assertThat(second.getResumed()).isFalse();
    assertThat(second.getIncarnation()).isGreaterThan(first);
  }

  @Test
  void withATokenItRenewsAndReports() {
    String token = beat(cron()).get().getRegistered().getSessionToken();
    engine.takeChanges();
    engine.advanceMillis(60_000);
    BeatResponse renewed =
        beat(with(token)
                .setHeartbeat(heartbeat(3, Status.STATUS_DEGRADED).setSentMonotonicNanos(77)))
            .get();

    assertThat(renewed.hasRegistered()).isFalse();
    assertThat(renewed.getAck().getSequence()).isEqualTo(3);
    assertThat(renewed.getAck().getSentMonotonicNanos()).isEqualTo(77);
    assertThat(renewed.getAck().getStatus()).isEqualTo(Status.STATUS_DEGRADED);
    assertThat(renewed.getAck().hasExpiresIn()).isTrue();
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.REPORTED);
    assertThat(beat(with(token)).get().getAck().getSequence()).isEqualTo(4);
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void theTokenOfTheCallTakesThePlaceOfTheRegisters() {
    String token = beat(cron()).get().getRegistered().getSessionToken();
    BeatRequest.Builder both = cron();
    both.getRegisterBuilder().setSessionToken("garbage");
    Registered resumed = beat(both.setSessionToken(token)).get().getRegistered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getSessionToken()).isEqualTo(token);

    BeatRequest.Builder inner = cron();
    inner.getRegisterBuilder().setSessionToken("garbage");
    beat(inner).fault().is(Code.NOT_FOUND, "SESSION_OVER");
  }

  @Test
  void leaveEndsIt() {
    String token = beat(cron()).get().getRegistered().getSessionToken();
    engine.takeChanges();
    BeatResponse left = beat(with(token).setLeave(Leave.newBuilder().setReason("done"))).get();
    assertThat(left.getAck().getState()).isEqualTo(io.pulsewatch.v1.State.STATE_LEFT);
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.LEAVE);
    assertThat(change.after().state()).isEqualTo(State.LEFT);

    beat(with(token)).fault().is(Code.NOT_FOUND, "SESSION_OVER").naming("backup/nightly");
    assertThat(beat(cron()).get().getRegistered().getResumed()).isFalse();
  }

  @Test
  void takesAStreamsPlace() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    String token = stream.registered().getSessionToken();
    engine.takeChanges();

    assertThat(beat(with(token)).get().getAck().getSequence()).isEqualTo(1);
    stream.fault().is(Code.ABORTED, "STREAM_REPLACED");
    assertThat(engine.takeChanges()).isEmpty();
    // It had a stream once: a register without proof does not renew it.
    beat(registering(register("orders/a")))
        .fault()
        .is(Code.ALREADY_EXISTS, "HOLDER_ALIVE")
        .withRetry();
  }

  @Test
  void withoutProofItDoesNotRenewAStreamsSession() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    stream.registered();
    beat(registering(register("orders/a"))).fault().is(Code.ALREADY_EXISTS, "HOLDER_ALIVE");
    stream.quiet();
  }

  @Test
  void aTokenOfNobodyIsNotFound() {
    String token = beat(cron()).get().getRegistered().getSessionToken();
    ManualEngine restarted = new ManualEngine(grpc);
    Reply<BeatResponse> reply = new Reply<>();
    HeartbeatServiceGrpc.newStub(restarted.channel()).beat(with(token).build(), reply);
    restarted.turn();
    assertThat(reply.fault().code()).isEqualTo(Code.NOT_FOUND);
    assertThat(reply.fault().domain()).isEqualTo("pulsewatch.io");
    assertThat(reply.fault().description()).contains("backup/nightly");
  }

  @Test
  void whatItCannotReadItRefuses() {
    send(BeatRequest.newBuilder()).fault().is(Code.INVALID_ARGUMENT, "FIRST_NOT_REGISTER");
    send(BeatRequest.newBuilder().setHeartbeat(heartbeat(1)))
        .fault()
        .is(Code.INVALID_ARGUMENT, "FIRST_NOT_REGISTER")
        .naming("session_token");
    send(BeatRequest.newBuilder().setLeave(Leave.getDefaultInstance()))
        .fault()
        .is(Code.INVALID_ARGUMENT, "FIRST_NOT_REGISTER");
    send(with("garbage")).fault().is(Code.INVALID_ARGUMENT, "BAD_TOKEN").naming("session_token");
    send(registering(register("a b/c"))).fault().is(Code.INVALID_ARGUMENT, "BAD_NAME");
    send(registering(register("a/b").setStatusValue(9)))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_STATUS");
    send(cron().setHeartbeat(heartbeat(1).setStatusValue(9)))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_STATUS")
        .naming("status");
    send(cron().setHeartbeat(heartbeat(1).setNote("n".repeat(1_025))))
        .fault()
        .is(Code.INVALID_ARGUMENT, "NOTE_TOO_LONG")
        .naming("note");
    send(cron().setHeartbeat(heartbeat(1).setHold(seconds(-1))))
        .fault()
        .is(Code.INVALID_ARGUMENT, "BAD_HOLD")
        .naming("hold");
    assertThat(engine.mailboxIsEmpty()).isTrue();
  }

  @Test
  void aTokenForAGiantNameIsOfNobody() {
    byte[] bytes = new byte[40_000];
    java.util.Arrays.fill(bytes, (byte) 'n');
    bytes[0] = 1;
    bytes[100] = '/';
    String token = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    assertThat(beat(with(token)).fault().description()).hasSizeLessThan(1_000);
  }

  @Test
  void registersWithAStatusOfItsHeartbeat() {
    BeatResponse response =
        beat(cron().setHeartbeat(heartbeat(5, Status.STATUS_DRAINING).setSentMonotonicNanos(3)))
            .get();
    assertThat(response.getAck().getStatus()).isEqualTo(Status.STATUS_DRAINING);
    assertThat(response.getAck().getSequence()).isEqualTo(5);
    assertThat(response.getAck().getSentMonotonicNanos()).isEqualTo(3);
    assertThat(response.getRegistered().getLastSequence()).isEqualTo(5);
  }

  @Test
  void takesOverAHolderThatHasGoneSilent() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    engine.turn();
    stream.registered();
    stream.cancel();
    assertThat(beat(registering(register("orders/a"))).get().getRegistered().getResumed())
        .isFalse();
  }
}
