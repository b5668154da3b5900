package io.pulsewatch.client;

import static io.pulsewatch.client.ScriptedServer.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.grpc.Status.Code;
import io.pulsewatch.client.ScriptedServer.Answers;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Goodbye;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Rejected;
import io.pulsewatch.v1.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender on a gRPC stream in this process. Confined to the test's thread. */
final class SenderStreamTest {
  @RegisterExtension final ScriptedServer server = new ScriptedServer();

  private SenderRig rig() {
    return new SenderRig(server);
  }

  @Test
  void registersAllThatIsSaidOfIt() {
    SenderBuilder builder =
        PulsewatchSender.builder("orders", "o-1")
            .interval(Duration.ofSeconds(1))
            .timeout(Duration.ofMillis(4500))
            .resumeWindow(Duration.ofMillis(1500))
            .suspectAfter(Duration.ofSeconds(2))
            .labels(Map.of("env", "prod"))
            .label("tier", "a")
            .endpoint("grpc", "10.0.0.1", 5000)
            .zone("z1")
            .weight(50)
            .version("1.2")
            .status(Status.STATUS_STARTING)
            .takeOverOnConflict();
    new SenderRig(builder, address -> server.channel()).turn();

    Register register = server.call().register();
    assertThat(register.getInstance().getService()).isEqualTo("orders");
    assertThat(register.getInstance().getInstanceId()).isEqualTo("o-1");
    assertThat(register.getProcessId()).matches("[0-9a-f]{32}");
    assertThat(Durations.toNanos(register.getInterval())).isEqualTo(1_000_000_000L);
    assertThat(Durations.toNanos(register.getTimeout())).isEqualTo(4_500_000_000L);
    assertThat(Durations.toNanos(register.getResumeWindow())).isEqualTo(1_500_000_000L);
    assertThat(register.getDetector().getFixed().getAfter().getSeconds()).isEqualTo(2);
    assertThat(register.getLabelsMap()).isEqualTo(Map.of("env", "prod", "tier", "a"));
    assertThat(register.getEndpointsList())
        .containsExactly(
            Endpoint.newBuilder().setName("grpc").setHost("10.0.0.1").setPort(5000).build());
    assertThat(register.getZone()).isEqualTo("z1");
    assertThat(register.getWeight()).isEqualTo(50);
    assertThat(register.getVersion()).isEqualTo("1.2");
    assertThat(register.getStatus()).isEqualTo(Status.STATUS_STARTING);
    assertThat(register.getOnConflict()).isEqualTo(OnConflict.ON_CONFLICT_TAKE_OVER);
    assertThat(register.getSessionToken()).isEmpty();
  }

  @Test
  void wishesNothingThatWasNotSaid() {
    rig().turn();
    Register register = server.call().register();
    assertThat(register.hasInterval()).isFalse();
    assertThat(register.hasTimeout()).isFalse();
    assertThat(register.hasResumeWindow()).isFalse();
    assertThat(register.getStatus()).isEqualTo(Status.STATUS_SERVING);
  }

  @Test
  void beatsAndBelieves() {
    SenderRig rig = rig();
    assertThat(rig.core().isCurrent()).isFalse();
    assertThat(rig.core().registration()).isNull();
    rig.turn();
    assertThat(rig.told()).containsExactly("registered 7");
    assertThat(rig.core().incarnation()).isEqualTo(7);
    rig.advance(3000).starve(1500).turn();

    List<Heartbeat> heartbeats = server.call().heartbeats();
    assertThat(server.call().sequences()).containsExactly(1L, 2L);
    assertThat(heartbeats.get(0).hasLate()).isFalse();
    assertThat(heartbeats.get(0).getSentAt().getSeconds()).isEqualTo(2);
    assertThat(heartbeats.get(0).getSentMonotonicNanos()).isEqualTo(2_000_000_000L);
    assertThat(heartbeats.get(0).getStatus()).isEqualTo(Status.STATUS_UNSPECIFIED);
    assertThat(Durations.toNanos(heartbeats.get(1).getLate())).isEqualTo(500_000_000L);
    rig.advance(100_000);
    assertThat(rig.core().isCurrent()).isTrue();
    assertThat(rig.told()).isEmpty();
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  void refutesADoubtAtOnceAndKeepsItsNewsForTheNextNumber() {
    SenderRig rig = rig().turn().advance(2000).advance(500);
    server.call().suspect();
    rig.turn();
    assertThat(server.call().sequences()).containsExactly(1L, 1L);
    assertThat(rig.advance(1000).core().isCurrent()).isTrue();
    rig.core().voice().report(Status.STATUS_DRAINING);
    server.call().suspect();
    rig.turn().advance(1000).advance(1000);
    assertThat(server.call().sequences()).containsExactly(1L, 1L, 2L, 2L);
    assertThat(server.call().heartbeats())
        .extracting(Heartbeat::getStatus)
        .containsExactly(
            Status.STATUS_UNSPECIFIED,
            Status.STATUS_UNSPECIFIED,
            Status.STATUS_DRAINING,
            Status.STATUS_UNSPECIFIED);
  }

  @Test
  void announcesAPauseAtOnceAndWhatIsLeftOfIt() {
    SenderRig rig = rig().turn().advance(2500);
    rig.core().hold(Duration.ofSeconds(30));
    rig.turn();
    assertThat(server.call().sequences()).containsExactly(1L, 2L);
    assertThat(holdsMillis()).containsExactly(0L, 30_000L);
    rig.starve(29_999);
    assertThat(rig.core().isCurrent()).as("its fence waits as long").isTrue();
    rig.starve(1);
    assertThat(rig.core().isCurrent()).isFalse();
  }

  @Test
  void goesOnBeatingInAPauseUntilItIsOver() {
    SenderRig rig = rig().turn().advance(2500);
    rig.core().hold(Duration.ofSeconds(5));
    rig.turn().advance(5500);
    assertThat(holdsMillis()).containsExactly(0L, 5_000L, 3_500L, 1_500L, 0L);
    assertThat(rig.core().isCurrent()).isTrue();
    rig.starve(4800);
    assertThat(rig.core().isCurrent()).as("the usual fence again").isFalse();
  }

  @Test
  void aPauseCanBeEnded() {
    SenderRig rig = rig().turn().advance(2500);
    rig.core().hold(Duration.ofMinutes(5));
    rig.turn().advance(1500);
    rig.core().hold(Duration.ZERO);
    rig.turn().advance(100);
    assertThat(holdsMillis()).containsExactly(0L, 300_000L, 298_500L, 0L);
  }

  @Test
  void aServerThatKnowsNoPausesIsAskedOnce() {
    SenderRig rig = rig().turn().advance(2500);
    rig.told();
    rig.core().hold(Duration.ofMinutes(1));
    rig.turn();
    server
        .call()
        .send(
            HeartbeatResponse.newBuilder()
                .setRejected(Rejected.newBuilder().setField("hold").setReason("UNIMPLEMENTED"))
                .build());
    rig.turn().advance(4000);
    assertThat(rig.told()).containsExactly("rejected UNIMPLEMENTED ");
    assertThat(holdsMillis()).containsExactly(0L, 60_000L, 0L, 0L);
  }

  private List<Long> holdsMillis() {
    return server.call().heartbeats().stream()
        .map(each -> Durations.toNanos(each.getHold()) / 1_000_000)
        .toList();
  }

  @Test
  void tellsHowFarItsWorkCame() {
    SenderBuilder builder =
        PulsewatchSender.builder("orders", "o-1")
            .progress("orders", Duration.ofSeconds(30))
            .progress("mails", Duration.ofMillis(100));
    SenderRig rig = new SenderRig(builder, address -> server.channel()).turn();
    assertThat(server.call().register().getProgressRulesList())
        .extracting(rule -> rule.getCounter() + " " + Durations.toNanos(rule.getStallAfter()))
        .containsExactly("orders 30000000000", "mails 100000000");
    Progress orders = rig.core().voice().progress("orders");
    orders.tick();
    orders.tick();
    rig.advance(2000);
    orders.tick();
    rig.advance(2000);
    assertThat(server.call().heartbeats())
        .extracting(Heartbeat::getProgressMap)
        .containsExactly(Map.of("orders", 2L, "mails", 0L), Map.of("orders", 3L, "mails", 0L));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rig.core().voice().progress("order"))
        .withMessage("progress: 'order' (expected: one of [mails, orders])");
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
  void aBlockedStreamSkipsSlotsAndQueuesNothing() {
    server
        .reads(false)
        .grants(
            ScriptedServer.granted(7).toBuilder()
                .setTimeout(Durations.toProto(Duration.ofMinutes(1)))
                .setResumeWindow(Durations.toProto(Duration.ofMinutes(1)))
                .setExpiresIn(Durations.toProto(Duration.ofSeconds(59)))
                .build());
    SenderRig rig = rig().turn();
    assertThat(server.call().requests()).as("not even the register is queued").isEmpty();
    server.call().read(1);
    rig.turn();
    assertThat(server.call().requests()).hasSize(1);
    assertThat(rig.told()).containsExactly("registered 7");

    rig.advance(3000);
    server.call().read(10);
    rig.turn();
    assertThat(server.call().sequences()).as("slot 1 was skipped, not queued").isEmpty();
    rig.advance(1000);
    assertThat(server.call().sequences()).containsExactly(2L);
    assertThat(server.calls()).hasSize(1);
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

  @Test
  void isCurrentTurnsFalseBeforeAnybodyIsTold() {
    SenderRig rig = rig().turn();
    server.answers(Answers.NOTHING).call().end(error(Code.UNAVAILABLE));
    rig.turn().told();
    rig.starve(4739);
    assertThat(rig.core().isCurrent()).isTrue();
    rig.starve(1);
    assertThat(rig.core().isCurrent()).isFalse();
    assertThat(rig.core().incarnation()).isZero();
    assertThat(rig.told()).isEmpty();
    rig.turn();
    assertThat(rig.told()).contains("expired");
  }

  @Test
  void aStatusGoesAtOnceAndOnce() {
    SenderRig rig = rig().turn();
    rig.core().voice().report(Status.STATUS_DEGRADED);
    rig.core().voice().report(Status.STATUS_DRAINING);
    rig.turn();
    assertThat(server.call().heartbeats()).hasSize(1);
    assertThat(server.call().heartbeats().get(0).getStatus()).isEqualTo(Status.STATUS_DRAINING);
    rig.advance(2000);
    assertThat(server.call().heartbeats()).hasSize(2);
    assertThat(server.call().heartbeats().get(1).getStatus()).isEqualTo(Status.STATUS_UNSPECIFIED);
  }

  @Test
  void aStatusThatFoundNoStreamComesWithTheNextRegister() {
    SenderRig rig = rig().turn();
    server.call().end(error(Code.UNAVAILABLE, "TEST", Duration.ofSeconds(1)));
    rig.turn();
    rig.core().voice().report(Status.STATUS_NOT_SERVING);
    rig.turn().advance(1000);
    assertThat(server.call().register().getStatus()).isEqualTo(Status.STATUS_NOT_SERVING);
    assertThat(server.call().heartbeats()).isEmpty();
  }

  @Test
  void aNoteGoesOnce() {
    SenderRig rig = rig().turn();
    rig.core().voice().note("cache is cold");
    rig.turn().advance(2000);
    assertThat(server.call().heartbeats())
        .extracting(Heartbeat::getNote)
        .containsExactly("cache is cold", "");
  }

  @Test
  void aRejectedPartEndsNothing() {
    SenderRig rig = rig().turn().advance(2000);
    rig.told();
    Rejected rejected =
        Rejected.newBuilder().setReason("NOTE_TOO_LONG").setDescription("cut it").build();
    server.call().send(HeartbeatResponse.newBuilder().setRejected(rejected).build());
    rig.turn().advance(2000);
    assertThat(rig.told()).containsExactly("rejected NOTE_TOO_LONG cut it");
    assertThat(server.call().sequences()).containsExactly(1L, 2L);
  }

  @Test
  void whatItDoesNotKnowIsIgnored() {
    SenderRig rig = rig().turn();
    for (int i = 0; i < 10; i++) {
      HeartbeatResponse probe =
          HeartbeatResponse.newBuilder().setProbeRequest(ProbeRequest.getDefaultInstance()).build();
      server.call().send(probe);
      server.call().send(HeartbeatResponse.getDefaultInstance());
    }
    rig.turn().advance(20_000);
    assertThat(server.calls()).hasSize(1);
    assertThat(server.call().heartbeats()).hasSize(10);
  }

  @Test
  void aFloodOfAcksWaitsOnTheServersSide() {
    SenderRig rig = rig().turn();
    assertThat(server.call().wantsMore()).isTrue();
    for (int i = 0; i < 1000; i++) {
      server.call().ack(Heartbeat.getDefaultInstance());
    }
    assertThat(server.call().wantsMore()).as("until the first one was read").isFalse();
    rig.turnsUntilRest(2000);
    assertThat(server.call().wantsMore()).isTrue();
  }

  @Test
  void leavesWithAReason() {
    SenderRig rig = rig().turn();
    rig.told();
    rig.core().close("deploy", 900_000_000L);
    assertThat(rig.core().isCurrent()).as("from the first instant on").isFalse();
    rig.turn();
    assertThat(server.call().requests().get(1).getLeave().getReason()).isEqualTo("deploy");
    assertThat(server.call().halfClosed()).isTrue();
    assertThat(rig.isOver()).isTrue();
    assertThat(rig.told()).isEmpty();
    assertThat(server.openChannels()).isZero();
  }

  @Test
  void aFactoryThatThrowsIsARefusedAttempt() {
    SenderRig rig =
        new SenderRig(
            PulsewatchSender.builder("orders", "o-1"),
            address -> {
              if (server.calls().isEmpty() && address.equals("a") && firstTime()) {
                throw new IllegalStateException("no certificate yet");
              }
              return server.channel();
            });
    rig.turn();
    assertThat(rig.told()).first().isEqualTo("disconnected UNAVAILABLE 0");
    rig.advance(100);
    assertThat(rig.core().isCurrent()).isTrue();
  }

  private boolean thrown;

  private boolean firstTime() {
    boolean first = !thrown;
    thrown = true;
    return first;
  }
}
