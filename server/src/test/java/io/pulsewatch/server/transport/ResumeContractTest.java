package io.pulsewatch.server.transport;

import static io.pulsewatch.server.transport.Requests.heartbeat;
import static io.pulsewatch.server.transport.Requests.register;
import static io.pulsewatch.server.transport.Requests.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.server.liveness.Cause;
import io.pulsewatch.server.liveness.Change;
import io.pulsewatch.server.liveness.State;
import io.pulsewatch.server.liveness.Status;
import io.pulsewatch.server.runtime.ManualEngine;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Registered;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may have a name: resume, conflict, take-over, and what comes of sessions that are over. */
final class ResumeContractTest {
  @RegisterExtension final GrpcExtension grpc = new GrpcExtension();
  private final ManualEngine engine = new ManualEngine(grpc);

  private TestStream open(Register.Builder register) {
    TestStream stream = TestStream.open(engine.channel()).send(register);
    engine.turn();
    return stream;
  }

  @Test
  void byTokenAfterALoss() {
    TestStream old = open(register("orders/a"));
    Registered first = old.registered();
    old.send(heartbeat(17));
    old.cancel();
    engine.advanceMillis(4_900);
    engine.takeChanges();

    TestStream next = open(register("orders/a").setSessionToken(first.getSessionToken()));

    Registered resumed = next.registered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getIncarnation()).isEqualTo(first.getIncarnation());
    assertThat(resumed.getSessionToken()).isEqualTo(first.getSessionToken());
    assertThat(resumed.getLastSequence()).isEqualTo(17);
    assertThat(resumed.hasExpiresIn()).isTrue();
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.RESUMED);
    assertThat(change.after().state()).isEqualTo(State.ALIVE);
    next.send(heartbeat(20));
    assertThat(next.ack().getSequence()).isEqualTo(20);
    // A resume is a sign of life: the deadline starts anew.
    engine.advanceMillis(3_900);
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void byTokenWhileTheOldStreamIsOpen() {
    TestStream old = open(register("orders/a"));
    Registered first = old.registered();
    engine.takeChanges();

    TestStream next = open(register("orders/a").setSessionToken(first.getSessionToken()));

    old.fault().is(Code.ABORTED, "STREAM_REPLACED").naming("orders/a", "Drop this stream");
    assertThat(next.registered().getIncarnation()).isEqualTo(first.getIncarnation());
    assertThat(engine.takeChanges()).isEmpty();
    assertThat(engine.streams()).isEqualTo(1);
    next.send(heartbeat(1));
    assertThat(next.ack().getSequence()).isEqualTo(1);
    engine.turn();
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void whatTheOldStreamSaysAfterwardsGoesNowhere() {
    TestStream old = open(register("orders/a").setProcessId("p"));
    old.registered();
    TestStream next =
        TestStream.open(engine.channel()).send(register("orders/a").setProcessId("p"));
    old.send(heartbeat(5, io.pulsewatch.v1.Status.STATUS_DRAINING));
    old.cancel();
    engine.takeChanges();
    engine.turn();

    assertThat(next.registered().getResumed()).isTrue();
    assertThat(engine.takeChanges()).isEmpty();
    engine.advanceMillis(3_900);
    assertThat(engine.takeChanges()).isEmpty();
  }

  @Test
  void byProcessId() {
    TestStream old = open(register("orders/a").setProcessId("p"));
    Registered first = old.registered();
    TestStream next = open(register("orders/a").setProcessId("p"));

    Registered resumed = next.registered();
    assertThat(resumed.getResumed()).isTrue();
    assertThat(resumed.getIncarnation()).isEqualTo(first.getIncarnation());
    // It proved no token, so it gets a fresh one, and the old one is worth nothing.
    assertThat(resumed.getSessionToken()).isNotEqualTo(first.getSessionToken());
    old.fault().is(Code.ABORTED, "STREAM_REPLACED");
    open(register("orders/a").setSessionToken(first.getSessionToken()))
        .fault()
        .is(Code.NOT_FOUND, "SESSION_OVER");
    assertThat(
            open(register("orders/a").setSessionToken(resumed.getSessionToken()))
                .registered()
                .getResumed())
        .isTrue();
  }

  @Test
  void anEmptyProcessIdMatchesNothing() {
    open(register("orders/a")).registered();
    open(register("orders/a")).fault().is(Code.ALREADY_EXISTS, "HOLDER_ALIVE");
  }

  @Test
  void takesOverWhatIsDeclaredAndNeverShortensATime() {
    TestStream old = open(register("orders/a", 2_000, 10_000, 10_000).putLabels("v", "1"));
    String token = old.registered().getSessionToken();
    engine.takeChanges();
    TestStream next =
        open(
            register("orders/a", 2_000, 6_000, 6_000)
                .setSessionToken(token)
                .putLabels("v", "2")
                .setStatus(io.pulsewatch.v1.Status.STATUS_DEGRADED));

    assertThat(next.registered().getTimeout()).isEqualTo(seconds(10));
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.REPORTED);
    assertThat(change.after().details().labels()).containsEntry("v", "2");
    assertThat(change.after().status()).isEqualTo(Status.DEGRADED);
    next.send(heartbeat(1));
    assertThat(next.ack().getStatus()).isEqualTo(io.pulsewatch.v1.Status.STATUS_DEGRADED);
  }

  @Test
  void aTokenOfAnOldIncarnationIsOver() {
    TestStream old = open(register("orders/a"));
    String token = old.registered().getSessionToken();
    old.leave("");
    engine.turn();
    TestStream next = open(register("orders/a"));
    assertThat(next.registered().getResumed()).isFalse();

    open(register("orders/a").setSessionToken(token))
        .fault()
        .is(Code.NOT_FOUND, "SESSION_OVER")
        .naming("orders/a", "without session_token");
    next.send(heartbeat(1));
    assertThat(next.ack().getSequence()).isEqualTo(1);
  }

  @Test
  void aTokenOfAnotherInstanceIsOver() {
    String token = open(register("orders/b")).registered().getSessionToken();
    open(register("orders/a").setSessionToken(token)).fault().is(Code.NOT_FOUND, "SESSION_OVER");
    open(register("orders/a")).registered();
    open(register("orders/a").setSessionToken(token)).fault().is(Code.NOT_FOUND, "SESSION_OVER");
  }

  @Test
  void aTokenWithAnotherSecretIsOver() {
    String token = open(register("orders/a")).registered().getSessionToken();
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    bytes[10] ^= 1;
    String forged = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    open(register("orders/a").setSessionToken(forged)).fault().is(Code.NOT_FOUND, "SESSION_OVER");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"garbage", "!", "AQ", "\u00e9", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void garbageIsOver(String token) {
    open(register("orders/a").setSessionToken(token)).fault().is(Code.NOT_FOUND, "SESSION_OVER");
    open(register("orders/a").setSessionToken(token + "x".repeat(40_000)))
        .fault()
        .is(Code.NOT_FOUND, "SESSION_OVER");
  }

  @Test
  void aTokenShowsNoSecretOfTheKernel() {
    String token =
        open(register("orders/a").setProcessId("process-id")).registered().getSessionToken();
    String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("orders/a").doesNotContain("process-id");
  }

  @Test
  void twoProcessesOfOneName() {
    TestStream holder = open(register("orders/a").setProcessId("p"));
    holder.registered();
    engine.takeChanges();
    TestStream other = open(register("orders/a").setProcessId("q"));

    Fault fault =
        other
            .fault()
            .is(Code.ALREADY_EXISTS, "HOLDER_ALIVE")
            .naming("orders/a", "TAKE_OVER", "another instance_id")
            .withRetry();
    assertThat(fault.retryDelay()).isEqualTo(seconds(2));
    assertThat(engine.takeChanges()).isEmpty();
    holder.send(heartbeat(1));
    assertThat(holder.ack().getSequence()).isEqualTo(1);
  }

  @Test
  void takeOverSupersedes() {
    TestStream holder = open(register("orders/a").setProcessId("p"));
    long first = holder.registered().getIncarnation();
    engine.takeChanges();
    TestStream other =
        open(
            register("orders/a").setProcessId("q").setOnConflict(OnConflict.ON_CONFLICT_TAKE_OVER));

    holder.fault().is(Code.ABORTED, "SUPERSEDED").naming("orders/a", "Stop");
    Registered registered = other.registered();
    assertThat(registered.getResumed()).isFalse();
    assertThat(registered.getIncarnation()).isGreaterThan(first);
    assertThat(engine.takeChanges())
        .extracting(Change::cause)
        .containsExactly(Cause.SUPERSEDED, Cause.REGISTERED);
    assertThat(engine.streams()).isEqualTo(1);
  }

  @Test
  void aHeartbeatUnderWayToASupersededSessionIsNotAcked() {
    TestStream holder = open(register("orders/a").setProcessId("p"));
    holder.registered();
    TestStream other =
        TestStream.open(engine.channel())
            .send(register("orders/a").setOnConflict(OnConflict.ON_CONFLICT_TAKE_OVER));
    engine.turn();
    holder.send(heartbeat(1));
    assertThat(holder.poll()).isNull();
    holder.fault().is(Code.ABORTED, "SUPERSEDED");
    other.registered();
  }

  @Test
  void aHolderWhoseStreamIsLostIsSupersededAtOnce() {
    TestStream holder = open(register("orders/a").setProcessId("p"));
    long first = holder.registered().getIncarnation();
    holder.cancel();
    engine.takeChanges();
    TestStream next = open(register("orders/a").setProcessId("q"));

    assertThat(next.registered().getIncarnation()).isGreaterThan(first);
    assertThat(engine.takeChanges())
        .extracting(Change::cause)
        .containsExactly(Cause.STREAM_LOST, Cause.SUPERSEDED, Cause.REGISTERED);
  }

  @Test
  void aDeadInstanceRegistersAnew() {
    TestStream old = open(register("orders/a").setProcessId("p"));
    Registered first = old.registered();
    engine.advanceMillis(6_100);
    old.fault().is(Code.NOT_FOUND, "SESSION_OVER");
    engine.takeChanges();

    open(register("orders/a").setProcessId("p").setSessionToken(first.getSessionToken()))
        .fault()
        .is(Code.NOT_FOUND, "SESSION_OVER");
    // The process id alone resumes nothing that is over.
    Registered second = open(register("orders/a").setProcessId("p")).registered();
    assertThat(second.getResumed()).isFalse();
    assertThat(second.getIncarnation()).isGreaterThan(first.getIncarnation());
    Change change = engine.takeChange();
    assertThat(change.cause()).isEqualTo(Cause.REGISTERED);
    assertThat(change.previous()).isNotNull();
  }
}
