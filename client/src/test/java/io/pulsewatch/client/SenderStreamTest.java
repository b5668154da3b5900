package io.pulsewatch.client;

import static io.pulsewatch.client.ScriptedServer.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.pulsewatch.client.ScriptedServer.Answers;
import io.pulsewatch.client.transport.Durations;
import io.pulsewatch.v1.Ack;
import io.pulsewatch.v1.Endpoint;
import io.pulsewatch.v1.Heartbeat;
import io.pulsewatch.v1.HeartbeatRequest;
import io.pulsewatch.v1.HeartbeatResponse;
import io.pulsewatch.v1.OnConflict;
import io.pulsewatch.v1.ProbeOutcome;
import io.pulsewatch.v1.ProbeRequest;
import io.pulsewatch.v1.Register;
import io.pulsewatch.v1.Rejected;
import io.pulsewatch.v1.Status;
import io.pulsewatch.v1.Stretch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

  /** Its next heartbeat is due an interval after the last one: a longer one from now on. */
  @Test
  void livesByTheTimesThatAnAckTells() {
    server.answers(Answers.REGISTER_ONLY);
    SenderRig rig = rig().turn().advance(2010);
    assertThat(server.call().sequences()).containsExactly(1L);
    Stretch longer =
        Stretch.newBuilder()
            .setInterval(Durations.toProto(Duration.ofSeconds(8)))
            .setTimeout(Durations.toProto(Duration.ofSeconds(24)))
            .setResumeWindow(Durations.toProto(Duration.ofSeconds(20)))
            .build();
    long sentNanos = server.call().heartbeats().get(0).getSentMonotonicNanos();
    Ack ack =
        Ack.newBuilder()
            .setSequence(1)
            .setSentMonotonicNanos(sentNanos)
            .setExpiresIn(Durations.toProto(Duration.ofMillis(19_700)))
            .setStretch(longer)
            .build();
    server.call().send(HeartbeatResponse.newBuilder().setAck(ack).build());
    rig.turn().advance(7980);
    assertThat(server.call().sequences()).containsExactly(1L);
    assertThat(rig.core().isCurrent()).as("longer than its old fence").isTrue();
    rig.advance(20);
    assertThat(server.call().sequences()).containsExactly(1L, 2L);
    assertThat(server.calls()).hasSize(1);
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
  void answersForItselfWhenItIsProbed() {
    SenderRig rig = rig().turn();
    ProbeRequest.Builder probe =
        ProbeRequest.newBuilder()
            .setProbeId("p")
            .setService("orders")
            .setInstanceId("o-1")
            .setIncarnation(7);
    server.call().send(HeartbeatResponse.newBuilder().setProbeRequest(probe).build());
    rig.turn();
    probe.setInstanceId("o-2");
    server.call().send(HeartbeatResponse.newBuilder().setProbeRequest(probe).build());
    rig.turn();
    assertThat(server.call().requests().stream().filter(HeartbeatRequest::hasProbeResult))
        .extracting(each -> each.getProbeResult().getOutcome())
        .containsExactly(ProbeOutcome.PROBE_OUTCOME_PROVEN, ProbeOutcome.PROBE_OUTCOME_DECLINED);
  }

  @Test
  void whatItDoesNotKnowIsIgnored() {
    SenderRig rig = rig().turn();
    for (int i = 0; i < 10; i++) {
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
