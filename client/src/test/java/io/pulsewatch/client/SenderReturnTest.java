package io.pulsewatch.client;

import static io.pulsewatch.client.ScriptedServer.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.client.ScriptedServer.Answers;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.HeartbeatResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How a sender comes back after its stream has ended, and when it does not. Confined to the test's
 * thread.
 */
final class SenderReturnTest {
  @RegisterExtension final ScriptedServer server = new ScriptedServer();

  private SenderRig rig() {
    return new SenderRig(server);
  }

  @Test
  void resumesAfterACutWithItsTokenAndItsSlots() {
    SenderRig rig = rig().turn().advance(2000);
    String processId = server.call().register().getProcessId();
    rig.told();
    server.call().end(error(Code.UNAVAILABLE, "TEST", Duration.ofSeconds(3)));
    rig.turn();
    assertThat(rig.told()).containsExactly("disconnected UNAVAILABLE 3000");
    rig.advance(3000).advance(1000);

    assertThat(server.calls()).hasSize(2);
    assertThat(server.call().register().getSessionToken()).isEqualTo("token-7");
    assertThat(server.call().register().getProcessId()).isEqualTo(processId);
    assertThat(server.call().sequences()).as("slot 2 went by").containsExactly(3L);
    assertThat(rig.told()).isEmpty();
    assertThat(server.openChannels()).as("the old one is given up").isEqualTo(1);
  }

  @Test
  void aSilentServerIsReplacedBeforeTheFence() {
    server.answers(Answers.REGISTER_ONLY);
    SenderRig rig = rig().turn();
    server.answers(Answers.ALL);
    rig.told();
    for (int i = 0; i < 100; i++) {
      rig.advance(50);
      assertThat(rig.core().isCurrent()).as("at %d ms", 50 * i).isTrue();
    }
    assertThat(rig.told()).containsExactly("disconnected UNAVAILABLE 0");
    assertThat(server.calls()).hasSize(2);
    assertThat(server.calls().get(0).cancelled()).isTrue();
    assertThat(server.call().register().getSessionToken()).isEqualTo("token-7");
  }

  @Test
  void aServerThatAcceptsAndNeverAnswersIsGivenUp() {
    server.answers(Answers.NOTHING);
    SenderRig rig = rig().turn().advance(4999);
    assertThat(server.calls()).hasSize(1);
    server.answers(Answers.ALL);
    rig.advance(1);
    assertThat(server.calls()).hasSize(2);
    assertThat(rig.told()).containsExactly("disconnected UNAVAILABLE 0", "registered 7");
  }

  @Test
  void aHeldNameIsRetriedWhenTheServerSays() {
    server.answers(Answers.NOTHING);
    SenderRig rig = rig().turn();
    server.call().end(error(Code.ALREADY_EXISTS, "NAME_HELD", Duration.ofMillis(1700)));
    rig.turn().advance(1699);
    assertThat(rig.told()).containsExactly("disconnected ALREADY_EXISTS 1700");
    assertThat(server.calls()).hasSize(1);
    server.answers(Answers.ALL);
    rig.advance(1);
    assertThat(server.calls()).hasSize(2);
    assertThat(rig.told()).containsExactly("registered 7");
  }

  @Test
  void goodbyeIsFollowedWhileTheFenceRunsOn() {
    SenderRig rig = rig().turn();
    rig.told();
    Goodbye goodbye =
        Goodbye.newBuilder().setReconnectAfter(Durations.toProto(Duration.ofSeconds(8))).build();
    server.call().send(HeartbeatResponse.newBuilder().setGoodbye(goodbye).build());
    server.call().end(error(Code.UNAVAILABLE));
    rig.turn().advance(4740);
    assertThat(rig.told()).containsExactly("disconnected UNAVAILABLE 8000", "expired");
    rig.advance(3259);
    assertThat(server.calls()).hasSize(1);
    rig.advance(1);
    assertThat(server.calls()).hasSize(2);
    assertThat(rig.told()).containsExactly("restored");
  }

  @Test
  void supersededStopsForGood() {
    SenderRig rig = rig().turn().advance(100);
    rig.told();
    server.call().end(error(Code.ABORTED));
    rig.turn();
    assertThat(rig.isOver()).isTrue();
    assertThat(rig.core().isCurrent()).isFalse();
    assertThat(rig.told()).containsExactly("expired", "superseded ABORTED/TEST: said the test");
    assertThat(server.openChannels()).isZero();
  }

  @Test
  void aStreamReplacedByALateOneOfOursIsNoReasonToStop() {
    SenderRig rig = rig().turn();
    rig.told();
    server.call().end(error(Code.ABORTED, "STREAM_REPLACED", Duration.ofSeconds(-1)));
    rig.turn().advance(100);
    assertThat(server.call().register().getSessionToken()).isEqualTo("token-7");
    assertThat(rig.told()).containsExactly("disconnected ABORTED 0");
    assertThat(rig.core().isCurrent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"INVALID_ARGUMENT", "PERMISSION_DENIED", "FAILED_PRECONDITION"})
  void aRefusalThatNoRetryMendsStopsForGood(Code code) {
    server.answers(Answers.NOTHING);
    SenderRig rig = rig().turn();
    server.call().end(error(code));
    rig.turn();
    assertThat(rig.isOver()).isTrue();
    assertThat(rig.told()).containsExactly("failed " + code + "/TEST: said the test");
    assertThat(server.openChannels()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UNAVAILABLE",
        "INTERNAL",
        "UNKNOWN",
        "CANCELLED",
        "DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "UNAUTHENTICATED",
        "UNIMPLEMENTED",
        "DATA_LOSS"
      })
  void everythingElseIsRetried(Code code) {
    SenderRig rig = rig().turn();
    server.call().end(error(code));
    rig.turn().advance(1000);
    assertThat(server.calls()).hasSize(2);
    assertThat(server.call().register().getSessionToken()).isEqualTo("token-7");
  }

  @Test
  void anOverSessionBecomesANewIncarnation() {
    SenderRig rig = rig().turn().advance(2000);
    rig.told();
    server.call().end(error(Code.NOT_FOUND));
    server.answers(Answers.NOTHING);
    rig.turn();
    assertThat(server.call().register().getSessionToken()).isEmpty();
    assertThat(rig.told()).containsExactly("expired", "disconnected NOT_FOUND 0");
    server
        .call()
        .send(HeartbeatResponse.newBuilder().setRegistered(ScriptedServer.granted(8)).build());
    rig.turn();
    assertThat(rig.told()).containsExactly("registered 8");
    assertThat(rig.core().incarnation()).isEqualTo(8);
  }

  @Test
  void aNewServerWithoutTheSessionEndsTheOldIncarnation() {
    SenderRig rig = rig().turn().advance(2000);
    server.answers(Answers.NOTHING).call().end(error(Code.UNAVAILABLE));
    rig.turn().told();
    server
        .call()
        .send(HeartbeatResponse.newBuilder().setRegistered(ScriptedServer.granted(9)).build());
    rig.turn();
    assertThat(rig.told()).containsExactly("expired", "registered 9");
  }
}
