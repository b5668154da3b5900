package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.millis;
import static io.pulsewatch.server.transport.Requests.nanos;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.liveness.Times;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.ProbeResult;
import io.pulsewatch.v1.Reauth;
import io.pulsewatch.v1.Rejected;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An open stream: acks, sequences, faults and doubts. */
final class HeartbeatContractTest {
  private static final io.pulsewatch.v1.State ALIVE = io.pulsewatch.v1.State.STATE_ALIVE;
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

  /** The fence is the hold's from the heartbeat that announced it; the change comes first. */
  @Test
  void aHoldIsInTheLedgerBeforeItsAck() {
    registered().send(heartbeat(1).setHold(seconds(60)));
    stream.quiet();
    engine.turn();
    Change told = engine.takeChange();
    assertThat(told.cause()).isEqualTo(Cause.REPORTED);
    assertThat(told.after().hold().untilMillis()).isEqualTo(ManualEngine.START_MILLIS + 60_000);
    Ack ack = stream.ack();
    assertThat(ack.getSequence()).isEqualTo(1);
    assertThat(Nanos.of(ack.getExpiresIn()))
        .isEqualTo(new Times(1, 60_000_000_000L, 60_000_000_000L).fenceNanos());
    engine.advanceMillis(59_900);
    assertThat(engine.takeChanges()).isEmpty();
    stream.send(heartbeat(2).setHold(seconds(1_000)));
    engine.turn();
    assertThat(engine.takeChange().after().hold().nanos()).isEqualTo(300_000_000_000L);
    assertThat(stream.ack().getExpiresIn().getSeconds()).isBetween(298L, 299L);
    stream.send(heartbeat(3));
    engine.turn();
    assertThat(engine.takeChange().after().hold().nanos()).isZero();
    assertThat(stream.ack().getExpiresIn()).isEqualTo(FENCE);
    stream.send(heartbeat(4));
    assertThat(stream.ack().getExpiresIn()).isEqualTo(FENCE);
  }

  /** A loop broke, or the server stops: whoever relies on our verdicts must stop in time. */
  @Test
  void whereNobodyIsJudgedNoFenceIsRenewed() {
    TestStream stream = TestStream.open(engine.channel()).send(register("orders/a"));
    TestStream waiting = TestStream.openUnread(engine.channel(), 0).send(register("orders/b"));
    engine.turn();
    assertThat(stream.registered().hasExpiresIn()).isTrue();
    stream.send(heartbeat(1));
    assertThat(stream.ack().hasExpiresIn()).isTrue();
    waiting.read(1);
    assertThat(waiting.registered().hasExpiresIn()).isTrue();
    waiting.send(heartbeat(1));
    stream.send(heartbeat(2, io.pulsewatch.v1.Status.STATUS_DRAINING));
    TestStream registering = TestStream.open(engine.channel()).send(register("orders/c"));
    engine.stopJudging();

    engine.turn();
    assertThat(registering.registered().hasExpiresIn()).isFalse();
    Ack ofNews = stream.ack();
    assertThat(ofNews.getSequence()).isEqualTo(2);
    assertThat(ofNews.hasExpiresIn()).isFalse();
    Ack plain = stream.send(heartbeat(3)).ack();
    assertThat(plain.getSequence()).isEqualTo(3);
    assertThat(plain.hasExpiresIn()).isFalse();
    waiting.read(1);
    assertThat(waiting.ack().hasExpiresIn()).isFalse();
    TestStream late = TestStream.open(engine.channel()).send(register("orders/d"));
    late.fault().is(Code.UNAVAILABLE, "NOT_JUDGING").withRetry();
  }

  @Test
  void isAckedAtOnceAndWithoutTheLoop() {
    registered().send(heartbeat(1).setSentMonotonicNanos(-5));

    assertThat(stream.ack())
        .isEqualTo(
            Ack.newBuilder()
                .setSequence(1)
                .setSentMonotonicNanos(-5)
                .setExpiresIn(FENCE)
                .setState(ALIVE)
                .setStatus(io.pulsewatch.v1.Status.STATUS_SERVING)
                .build());
    assertThat(engine.mailboxIsEmpty()).isTrue();
    engine.turn();
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void countsSlots() {
    registered().send(heartbeat(0));
    assertThat(stream.ack().getSequence()).isEqualTo(1);
    stream.send(heartbeat(0));
    assertThat(stream.ack().getSequence()).isEqualTo(2);
    stream.send(heartbeat(5));
    assertThat(stream.ack().getSequence()).isEqualTo(5);
    stream.send(heartbeat(9).setSentMonotonicNanos(9));
    assertThat(stream.ack().getSequence()).isEqualTo(9);
    // Not greater: acked, renewed, and nothing else.
    stream.send(heartbeat(9).setSentMonotonicNanos(10));
    Ack again = stream.ack();
    assertThat(again.getSequence()).isEqualTo(9);
    assertThat(again.getSentMonotonicNanos()).isEqualTo(10);
    assertThat(again.getExpiresIn()).isEqualTo(FENCE);
    stream.send(heartbeat(3));
    assertThat(stream.ack().getSequence()).isEqualTo(9);
    stream.send(heartbeat(-1)); // 2^64 - 1
    assertThat(stream.ack().getSequence()).isEqualTo(9);

    stream.cancel();
    engine.turn();
    // 5 to 9 only: a number that the server gave proves no gap.
    assertThat(engine.takeChange().evidence().skipped()).isEqualTo(3);
  }

  @Test
  void aNumberNotGreaterReportsNoStatus() {
    registered().send(heartbeat(4));
    stream.ack();
    stream.send(heartbeat(4, io.pulsewatch.v1.Status.STATUS_DRAINING));
    assertThat(stream.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_SERVING);
    engine.turn();
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void aNewStatusIsAckedOnceItIsCommitted() {
    registered().send(heartbeat(1, io.pulsewatch.v1.Status.STATUS_NOT_SERVING));
    stream.quiet();
    engine.turn();

    Ack ack = stream.ack();
    assertThat(ack.getSequence()).isEqualTo(1);
    assertThat(ack.getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_NOT_SERVING);
    assertThat(ack.getState()).isEqualTo(ALIVE);
    assertThat(ack.getExpiresIn()).isEqualTo(FENCE);
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.REPORTED);
    assertThat(change.after().status()).isEqualTo(Status.NOT_SERVING);
    // A sign of life like any other.
    engine.advanceMillis(3_900);
    assertThat(engine.takeChanges()).isEmpty();

    stream.send(heartbeat(2));
    assertThat(stream.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_NOT_SERVING);
  }

  /** Faults of a heartbeat: reason, field, a word of the description, what is wrong. */
  static Stream<Arguments> faults() {
    return Stream.of(
        fault("NOTE_TOO_LONG", "note", "1024", h -> h.setNote("n".repeat(1_025))),
        fault("NOTE_TOO_LONG", "note", "1024", h -> h.setNote("\u20ac".repeat(342))),
        fault("BAD_HOLD", "hold", "Go on beating", h -> h.setHold(seconds(-1))),
        fault("BAD_HOLD", "hold", "Go on beating", h -> h.setHold(nanos(0, -1))),
        fault("BAD_STATUS", "status", "99", h -> h.setStatusValue(99)),
        fault(
            "TOO_MANY",
            "progress",
            "16",
            h -> {
              for (int i = 0; i < 17; i++) {
                h.putProgress("c" + i, i);
              }
            }));
  }

  private static Arguments fault(
      String reason, String field, String word, Consumer<Heartbeat.Builder> change) {
    return Arguments.of(reason, field, word, change);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void aFaultIsToldAndTheHeartbeatCounts(
      String reason, String field, String word, Consumer<Heartbeat.Builder> change) {
    registered();
    engine.advanceMillis(3_990);
    Heartbeat.Builder faulty = heartbeat(7);
    change.accept(faulty);
    stream.send(faulty);

    Rejected rejected = stream.rejected();
    assertThat(rejected.getSequence()).isEqualTo(7);
    assertThat(rejected.getReason()).isEqualTo(reason);
    assertThat(rejected.getField()).isEqualTo(field);
    assertThat(rejected.getDescription()).contains(word);
    assertThat(stream.ack().getSequence()).isEqualTo(7);
    engine.advanceMillis(3_990);
    stream.quiet();
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void aFaultyDuplicateIsToldUnderItsOwnNumber() {
    registered().send(heartbeat(7));
    stream.ack();
    stream.send(heartbeat(3).setHold(seconds(-1)));
    assertThat(stream.rejected().getSequence()).isEqualTo(3);
    assertThat(stream.ack().getSequence()).isEqualTo(7);
    stream.send(heartbeat(0).setHold(seconds(-1)));
    assertThat(stream.rejected().getSequence()).isEqualTo(8);
    assertThat(stream.ack().getSequence()).isEqualTo(8);
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of(
            HeartbeatRequest.newBuilder().setProbeResult(ProbeResult.getDefaultInstance()).build(),
            "UNKNOWN_PROBE",
            "probe_result.probe_id"),
        Arguments.of(HeartbeatRequest.getDefaultInstance(), "EMPTY", "message"));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void anotherMessageIsRejectedAndTheStreamLives(
      HeartbeatRequest message, String reason, String field) {
    registered().send(heartbeat(2));
    stream.ack();
    stream.send(message);

    Rejected rejected = stream.rejected();
    assertThat(rejected.getReason()).isEqualTo(reason);
    assertThat(rejected.getField()).isEqualTo(field);
    assertThat(rejected.getSequence()).isZero();
    assertThat(rejected.getDescription()).isNotEmpty();
    stream.send(heartbeat(3));
    assertThat(stream.ack().getSequence()).isEqualTo(3);
  }

  /** A server without a token file has nothing to hold it against. */
  @Test
  void aReauthThatIsGoodIsSilent() {
    registered().send(heartbeat(2));
    stream.ack();
    stream.send(HeartbeatRequest.newBuilder().setReauth(Reauth.getDefaultInstance()).build());
    stream.quiet();
    stream.send(heartbeat(3));
    assertThat(stream.ack().getSequence()).isEqualTo(3);
  }

  @Test
  void aSuspectIsToldUnaskedAndMayRefuteAtOnce() {
    registered();
    engine.advanceMillis(3_990);
    stream.quiet();
    engine.advanceMillis(20);

    Ack told = stream.ack();
    assertThat(told.getState()).isEqualTo(SUSPECT);
    assertThat(told.hasExpiresIn()).isFalse();
    assertThat(told.getSentMonotonicNanos()).isZero();
    Change suspect = engine.takeChange();
    assertThat(suspect.cause()).isEqualTo(Cause.SILENCE);
    assertThat(suspect.evidence().silenceNanos())
        .isBetween(Duration.ofSeconds(4).toNanos(), Duration.ofMillis(4_020).toNanos());

    stream.send(heartbeat(3).setSentMonotonicNanos(11));
    stream.quiet();
    engine.turn();
    Ack ack = stream.ack();
    assertThat(ack.getState()).isEqualTo(ALIVE);
    assertThat(ack.getSequence()).isEqualTo(3);
    assertThat(ack.getSentMonotonicNanos()).isEqualTo(11);
    assertThat(ack.getExpiresIn()).isEqualTo(FENCE);
    Change recovered = engine.takeChange();
    assertThat(recovered.cause()).isEqualTo(Cause.RECOVERED);
    assertThat(recovered.after().state()).isEqualTo(State.ALIVE);
    stream.send(heartbeat(4));
    assertThat(stream.ack().getSequence()).isEqualTo(4);
  }

  @Test
  void aPauseOfOursIsNoSilence() {
    registered();
    engine.advanceMillis(3_900).stall(Duration.ofSeconds(60)).advanceMillis(50);
    stream.quiet();
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(100);
    assertThat(engine.takeChange().cause()).isEqualTo(Cause.SILENCE);
  }

  @Test
  void senderLatenessIsEvidence() {
    registered().send(heartbeat(1).setLate(millis(250)));
    stream.ack();
    engine.advanceMillis(4_010);
    assertThat(engine.takeChange().evidence().senderLateNanos())
        .isEqualTo(Duration.ofMillis(250).toNanos());
  }
}
